"""The desk: where people work the plan. Everything Django lives here, one app per capability."""
