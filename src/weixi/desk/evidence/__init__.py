"""What decisions rest on: models, experiments, the plan's certificate, proposals, the effect that was measured."""
