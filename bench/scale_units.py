"""Unit costs and rules that the simulation of `scale.py` is fed with, each with where it is from.

CPU seconds were measured on two cores of the development machine. Lambda's cores are taken to be slower by CPU_FACTOR.
"""

from dataclasses import dataclass

from infra.prices import PRICES

CPU_FACTOR = 1.5  # docs/generate_costs.py
VCPU_MIB = 1_769  # of memory for a whole CPU: Lambda developer guide, configuration-memory
BANDWIDTH = 75e6  # bytes a second of a function to and from S3: 600 Mbit/s, measured by others; AWS promises nothing


@dataclass(frozen=True)
class Units:
    """What one piece of work takes. Names ending in `_cpu_s` are CPU seconds, in `_s` seconds, in `_bytes` bytes."""

    request_s: float = 0.15  # api: quote, hold, commit. bench/orders.py, warm
    plan_cpu_s: float = 0.25  # an order, and
    plan_output_cpu_s: float = 0.0012  # each of its outputs: bench/orders.py, 1,000 videos in 1.2 to 1.5 s
    render_cpu_s: float = 1.13  # a clip's segments: 8 clips in 9.0 s, 720p30, veryfast. DESIGN, section 1; bench/mix.py
    clip_bytes: float = 12e6  # of a source, read once by each environment
    segment_bytes: float = 2.5e6  # of a clip, written, and read by each environment that joins it
    assemble_cpu_s: float = 0.319  # an output of 28 s. docs/decisions/assembly-cost.md
    output_bytes: float = 15e6
    task_s: float = 0.25  # a message's way: plan member, sign of the end, facts. bench/overhead.py
    record_batch_s: float = 0.03  # an invocation: receive, connect, pushes, drain
    record_fact_s: float = 0.01  # bench/facts.py: 3.8 ms of CPU, at 0.58 of a CPU of Lambda; its wait is the database's
    fact_database_cpu_s: float = 0.0021  # bench/facts.py: CPU of PostgreSQL for a fact
    order_database_cpu_s: float = 0.01  # for each of placing, planning and settling an order, beside
    delivery_s: float = 0.05  # SQS: from sent to received, where a poller waits
    image_start_s: float = 2.5  # cold start of an image: imports 0.9 CPU-s, the rest is loading, an estimate
    zip_start_s: float = 1.5  # of a zip with bytecode: 0.65 CPU-s at half a CPU
    restore_s: float = 0.5  # of a function that starts from a snapshot: AWS says below a second, an estimate


@dataclass(frozen=True)
class Rules:
    """How AWS scales. Sources: Lambda developer guide, services-sqs-scaling (as stored 2026-11) and scaling-behavior;
    SQS developer guide, fair queues; Aurora user guide, serverless v2; infra/stacks/api.py for the gateway."""

    first_batches: int = 5  # that an event source works on at once when a queue gets busy
    batches_per_s: float = 5.0  # more, each second: 300 a minute
    most_batches: int = 1_000
    environments_per_10_s: int = 1_000  # new ones, of one function
    account: int = 1_000  # environments at once: the default quota
    noisy_share: float = 0.1  # of all that is in flight, and
    noisy_at: int = 30  # messages in flight make a group one that others go before
    acu_vcpu: float = 0.25  # CPU of a capacity unit: 2 GiB with the CPU of comparable instances, an estimate
    acu_busy: float = 0.7  # of its CPU in use, or work waiting, and the database grows: an estimate
    acu_doubles_s: float = 15.0  # what growing takes; others saw 15 to 90 s a step (laniakeaconsult.com, 2025-01)
    acu_idle: float = 0.3  # of its CPU in use, and it shrinks,
    acu_halves_s: float = 60.0  # more slowly: an estimate
    gateway_per_s: float = 1_000.0  # requests, and
    gateway_burst: int = 2_000  # so many at once
    again_s: float = 1.0  # before whoever was turned away asks again


@dataclass(frozen=True)
class Prices:
    """Dollars: those of infra/prices.py."""

    media_gb_s: float = PRICES["media"].dollars
    zip_gb_s: float = PRICES["zip"].dollars
    call: float = PRICES["call"].dollars
    request: float = PRICES["request"].dollars
    message: float = PRICES["message"].dollars + PRICES["fair"].dollars
    put: float = PRICES["put"].dollars
    acu_hour: float = PRICES["capacity"].dollars
    stored_gb: float = PRICES["stored"].dollars  # for a month
    sent_gb: float = PRICES["edge"].dollars


@dataclass(frozen=True)
class Published:
    """What somebody else says of theirs."""

    who: str
    what: str
    seconds: str
    dollars_a_minute: str
    source: str


PUBLISHED = (
    Published(
        "Remotion Lambda 4.0.381, 2,048 MB",
        "1 minute, warm",
        "18.9",
        "0.017",
        "remotion.dev/docs/lambda/cost-example, read 2026-11-28; functions alone, no transfer, no licence",
    ),
    Published(
        "Remotion Lambda 4.0.381, 2,048 MB",
        "10 minutes of HD, warm",
        "56",
        "0.010",
        "remotion.dev/docs/lambda/cost-example, read 2026-11-28; functions alone, no transfer, no licence",
    ),
    Published(
        "AWS Elemental MediaConvert",
        "a minute of HD; ten seconds at least are charged",
        "not published",
        "0.015 to 0.030",
        "a case of 2,500 merged series (besthub.dev) and a copy of the price page, read 2026-11",
    ),
    Published(
        "Shotstack",
        "a minute, any resolution",
        "about 20",
        "0.20 to 0.30",
        "time: shotstack.io/docs/guide/architecting-an-application/limitations, read 2026-11-28; "
        "price: shotstack.io/pricing, as copied 2026-06-20",
    ),
)
