"""The plan that a manager signs, made from the playbook alone."""
