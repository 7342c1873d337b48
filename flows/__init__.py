"""The flows: what runs each week, monitored and retried by Prefect.

Each file that defines a flow has the name of the flow and of its deployment.
"""
