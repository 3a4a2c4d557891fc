"""Firewall: what is refused before it reaches the CDN's origins.

It is coarse: known bad addresses, requests that are attacks by their look, and very many of one address. Who may do
what how often is decided in the API, which knows who asks.
"""

from collections.abc import Mapping
from typing import Final

MANAGED: Final[Mapping[str, tuple[str, ...]]] = {  # AWS's groups of rules, and those of them that only count
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    # A body is JSON of up to 1 MiB here, and names of clips hold anything: the API reads both with care.
    "AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY"),
}
PER_ADDRESS: Final = 6_000  # requests; an office behind one address is dozens of people
RATE_WINDOW_S: Final = 300
