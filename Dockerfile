# The image for a server, a worker, and runs on a Docker or ECS work pool. See docs/prefect.md.
FROM python:3.12-slim

WORKDIR /opt/chartlake
COPY requirements.lock pyproject.toml README.md LICENSE ./
COPY etl etl
COPY flows flows
COPY demo demo
COPY sql sql
COPY infra infra
COPY prefect.yaml ./
COPY pools pools
RUN pip install --no-cache-dir --constraint requirements.lock --editable .

ENV PYTHONUNBUFFERED=1
