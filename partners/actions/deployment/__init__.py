"""Deployments: proposed, talked over, moved, told of, asked again each night."""
