"""Each hour: does the whole job as a person would, through the site's own address, and counts whether it was done.

It has an account for as long as that takes: made at the start with a few credits, deleted at the end with all that it
uploaded or had made, whatever happened. One that a run left behind, the next deletes.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final
from urllib.parse import urlsplit

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.canary.job import Order, Site, do
from medley import tracing
from medley.apps.registry import load
from medley.db.unit_of_work import SqlUnitOfWork
from medley.ports.database import UnitOfWorkFactory
from medley.ports.identity import Hasher
from medley.runtime import metrics, token_keys
from medley.runtime.database import engine
from medley.runtime.observability import logger
from medley.runtime.passwords import Argon2Hasher
from medley.runtime.random_secrets import RandomSecrets
from medley.runtime.system import SystemClock, TimeOrderedIds
from medley.runtime.tokens import SignedTokens
from medley.services import visitors
from medley.services.accounts import Identity
from medley.settings import SiteSettings, TokenSettings

MARGIN_S: Final = 20.0  # to delete the account, and say so
CREDITS: Final = 50
NAME: Final = "canary"


@dataclass(frozen=True)
class Dependencies:
    unit_of_work: UnitOfWorkFactory
    identity: Identity
    hasher: Hasher
    site_url: str
    count: Callable[[bool, float], None]  # that a run ended, well or not, after so many seconds
    logger: Logger
    order: Order


@cache
def dependencies() -> Dependencies:
    """Those of this environment."""
    settings, clock = TokenSettings(), SystemClock()
    tokens = SignedTokens(token_keys.configured(settings), settings.issuer, clock)
    return Dependencies(
        unit_of_work=partial(SqlUnitOfWork, engine()),
        identity=Identity(TimeOrderedIds(), tokens, RandomSecrets()),
        hasher=Argon2Hasher(),
        site_url=SiteSettings().url,
        count=count,
        logger=logger("canary"),
        order=Order.of(load()),
    )


def count(ended_well: bool, took_s: float) -> None:
    """A run on the metrics."""
    metrics.publish("canary", {"canary_failed": int(not ended_well), "canary_s": round(took_s)})


@tracing.follow(None, "canary")
def handle(_event: dict[str, Any], context: LambdaContext, deps: Dependencies | None = None) -> dict[str, float]:
    """Do it; returns {"took_s": seconds}.

    Raises:
        Broken, Unavailable: as `job.do`; it is counted, and in the log.
    """
    deps = deps or dependencies()
    email = f"{NAME}@{urlsplit(deps.site_url).hostname}"
    began = time.monotonic()
    password_hash = deps.hasher.hash(deps.identity.secrets.new().text)  # nobody ever knows the password
    with deps.unit_of_work() as uow:
        token = visitors.welcome(uow, deps.identity, email=email, name=NAME, password_hash=password_hash, bonus=CREDITS)
        uow.commit()
    try:
        do(Site(deps.site_url, token, lambda: context.get_remaining_time_in_millis() / 1000 - MARGIN_S), deps.order)
    except Exception:
        deps.count(False, time.monotonic() - began)
        deps.logger.exception("the job was not done")
        raise
    finally:
        with deps.unit_of_work() as uow:
            visitors.dismiss(uow, email)
            uow.commit()
    took_s = time.monotonic() - began
    deps.count(True, took_s)
    deps.logger.info("the job was done", extra={"took_s": round(took_s, 1)})
    return {"took_s": took_s}
