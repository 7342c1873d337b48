"""What the template describes, created by the services' own requests.

moto's CloudFormation skips most of these resources without an error, so it proves nothing.
"""

from __future__ import annotations

import json
from typing import Any

from moto.moto_api import state_manager

from tests.support.aws_server import BUCKET, Aws
from tests.support.templates import Template


def create_stack(aws: Aws, template: Template) -> None:
    """Create queues, bucket, database, tables, workgroup and crawler."""
    create_queues(aws, template)
    aws.make_bucket()
    _configure_bucket(aws, template)
    _create_tables(aws, template)
    (workgroup,) = template.of_type("AWS::Athena::WorkGroup").values()
    with aws.client("athena") as athena:
        athena.create_work_group(
            Name=workgroup["Name"], Configuration=numbered(workgroup["WorkGroupConfiguration"])
        )


def create_functions(aws: Aws, template: Template) -> None:
    """Create the functions, and what calls them, beside the stack."""
    with aws.client("iam") as iam:
        for name, role in template.of_type("AWS::IAM::Role").items():
            policy = json.dumps(role["AssumeRolePolicyDocument"])
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy)
    named, arns = {}, {}
    with aws.client("lambda") as functions:
        for name, function in template.of_type("AWS::Lambda::Function").items():
            given = {key: one for key, one in function.items() if key != "Tags"}
            arn = functions.create_function(**given)["FunctionArn"]
            named[name], arns[arn.replace(function["FunctionName"], name)] = given, arn
        for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values():
            function = named[mapping["FunctionName"]]["FunctionName"]
            functions.create_event_source_mapping(**{**mapping, "FunctionName": function})
        for failures in template.of_type("AWS::Lambda::EventInvokeConfig").values():
            function = named[failures["FunctionName"]]["FunctionName"]
            functions.put_function_event_invoke_config(**{**failures, "FunctionName": function})
    with aws.client("scheduler") as scheduler:
        for name, schedule in template.of_type("AWS::Scheduler::Schedule").items():
            target = {**schedule["Target"], "Arn": arns[schedule["Target"]["Arn"]]}
            scheduler.create_schedule(Name=name, **{**schedule, "Target": target})


def require_tls(aws: Aws, template: Template) -> None:
    """Give the bucket its policy. moto refuses all objects then: it ignores the condition."""
    policy = template.resources["BucketPolicy"]["PolicyDocument"]
    with aws.client("s3") as s3:
        s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))


def numbered(configuration: dict[str, Any]) -> dict[str, Any]:
    """The configuration of a workgroup with its limit as a number."""
    limit = int(configuration["BytesScannedCutoffPerQuery"])
    return {**configuration, "BytesScannedCutoffPerQuery": limit}


def queue_url(aws: Aws) -> str:
    """The URL of the queue that the bucket notifies."""
    with aws.client("sqs") as sqs:
        return str(sqs.get_queue_url(QueueName="LandingQueue")["QueueUrl"])


def create_queues(aws: Aws, template: Template) -> None:
    """Create the queues of the template."""
    with aws.client("sqs") as sqs:
        for name, queue in reversed(template.of_type("AWS::SQS::Queue").items()):
            redrive = queue.get("RedrivePolicy")
            attributes = {"RedrivePolicy": json.dumps(redrive)} if redrive else {}
            sqs.create_queue(QueueName=name, Attributes=attributes)


def _configure_bucket(aws: Aws, template: Template) -> None:
    bucket = template.resources["Bucket"]
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    (queue,) = bucket["NotificationConfiguration"]["QueueConfigurations"]
    rules = queue["Filter"]["S3Key"]["Rules"]
    notified = {"QueueArn": queue["Queue"], "Events": [queue["Event"]]}
    notified["Filter"] = {"Key": {"FilterRules": rules}}
    with aws.client("s3") as s3:
        s3.put_bucket_encryption(
            Bucket=BUCKET,
            ServerSideEncryptionConfiguration={
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": encryption[
                            "ServerSideEncryptionByDefault"
                        ]
                    }
                ]
            },
        )
        s3.put_public_access_block(
            Bucket=BUCKET, PublicAccessBlockConfiguration=bucket["PublicAccessBlockConfiguration"]
        )
        s3.put_bucket_versioning(
            Bucket=BUCKET, VersioningConfiguration=bucket["VersioningConfiguration"]
        )
        s3.put_bucket_lifecycle_configuration(
            Bucket=BUCKET, LifecycleConfiguration={"Rules": _lifecycle_rules(bucket)}
        )
        s3.put_bucket_notification_configuration(
            Bucket=BUCKET, NotificationConfiguration={"QueueConfigurations": [notified]}
        )


def _lifecycle_rules(bucket: dict[str, Any]) -> list[dict[str, Any]]:
    rules = []
    for given in bucket["LifecycleConfiguration"]["Rules"]:
        rule: dict[str, Any] = {"ID": given["Id"], "Status": given["Status"]}
        rule["Filter"] = {"Prefix": given.get("Prefix", "")}
        if replaced := given.get("NoncurrentVersionExpiration"):
            days = int(replaced["NoncurrentDays"])
            rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": days}
        if unfinished := given.get("AbortIncompleteMultipartUpload"):
            rule["AbortIncompleteMultipartUpload"] = unfinished
        if days := given.get("ExpirationInDays"):
            rule["Expiration"] = {"Days": days}
        elif given.get("ExpiredObjectDeleteMarker"):
            rule["Expiration"] = {"ExpiredObjectDeleteMarker": True}
        rules.append(rule)
    return rules


def _create_tables(aws: Aws, template: Template) -> None:
    (database,) = template.of_type("AWS::Glue::Database").values()
    with aws.client("glue") as glue:
        glue.create_database(DatabaseInput=database["DatabaseInput"])
        for table in template.of_type("AWS::Glue::Table").values():
            glue.create_table(DatabaseName=table["DatabaseName"], TableInput=table["TableInput"])
        for crawler in template.of_type("AWS::Glue::Crawler").values():
            # By default, crawls never finish in moto.
            state_manager.set_transition("glue::crawl", {"progression": "immediate"})
            glue.create_crawler(**crawler)
