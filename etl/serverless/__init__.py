"""AWS Lambda functions: what runs without a server, each a thin layer over a run."""
