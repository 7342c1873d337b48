"""The functions in the template: when there are any, and that AWS accepts their settings."""

from __future__ import annotations

from tests.support.templates import Template

FUNCTION, MAPPING = "AWS::Lambda::Function", "AWS::Lambda::EventSourceMapping"
SCHEDULE = "AWS::Scheduler::Schedule"
ALL = Template.filled(Image="an image", Charts="a chart", AlarmEmail="a@b.c")


def test_without_an_image_there_is_no_function():
    kinds = {"Lambda", "Scheduler", "Logs", "CloudWatch", "SNS"}
    template = Template.filled(Charts="a chart")
    created = template.resources.keys()
    assert [name for kind in kinds for name in ALL.of_service(kind) if name in created] == []
    assert template.resources["LandingQueue"]["VisibilityTimeout"] == 120


def test_without_charts_no_function_takes_any():
    template = Template.filled(Image="an image")
    assert list(template.of_type(FUNCTION)) == ["ProcessFunction"]
    assert list(template.of_type(SCHEDULE)) == ["ProcessSchedule"]
    (statement,) = template.statements("SchedulerRole")
    assert [arn.rpartition(":")[2] for arn in statement["Resource"]] == ["ProcessFunction"]


def test_no_message_is_delivered_again_while_a_function_may_still_process_it():
    # Lambda refuses a queue that delivers again sooner than the function may run. The advice is
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    (mapping,) = ALL.of_type(MAPPING).values()
    advised = 6 * ALL.resources["ProcessFunction"]["Timeout"]
    advised += mapping["MaximumBatchingWindowInSeconds"]
    assert ALL.resources["LandingQueue"]["VisibilityTimeout"] >= advised
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert ALL.resources["LandingQueue"]["RedrivePolicy"]["maxReceiveCount"] >= 5


def test_whatever_fails_for_good_is_in_the_dead_letter_queue_that_the_alarm_watches():
    for name in ("LandFailures", "ProcessFailures"):
        destination = ALL.resources[name]["DestinationConfig"]["OnFailure"]["Destination"]
        assert destination.endswith(":DeadLetterQueue")
    (dimension,) = ALL.resources["Alarm"]["Dimensions"]
    assert dimension["Value"] == "DeadLetterQueue"


def test_no_secret_is_a_parameter_or_a_variable():
    variables = {
        name
        for function in ALL.of_type(FUNCTION).values()
        for name in function["Environment"]["Variables"]
    }
    assert not {name for name in {*variables, *ALL.parameters} if "secret" in name.lower()}
