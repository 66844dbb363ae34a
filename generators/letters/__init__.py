"""Papers in sentences: letters to families, reports, notices, rules of work; one module a paper, one frame for all.

Whoever may issue a paper stands at its head: the school. It persuades, explains, reports and commends; orders and
deadlines for families are the township's and the bureau's. Laws are named through `letter.law` alone.
"""

from typing import Final

from generators.letters.appraisal import APPRAISAL
from generators.letters.consent import CONSENT
from generators.letters.copy import COPY
from generators.letters.excerpt import EXCERPT
from generators.letters.experience import EXPERIENCE
from generators.letters.guide import GUIDE
from generators.letters.letter import NAMELESS, Kind, Letter
from generators.letters.measures import MEASURES
from generators.letters.notice import NOTICE
from generators.letters.praise import COMMENDATION, PUBLIC_NOTICE
from generators.letters.privacy import ASSESSMENT, AUDIT
from generators.letters.report import REPORT
from generators.letters.story import STORY

__all__ = ["KINDS", "NAMELESS", "Kind", "Letter"]

#: Every letter, in the order of lists.
KINDS: Final = (
    NOTICE,
    EXCERPT,
    REPORT,
    MEASURES,
    APPRAISAL,
    EXPERIENCE,
    COMMENDATION,
    PUBLIC_NOTICE,
    STORY,
    GUIDE,
    CONSENT,
    COPY,
    ASSESSMENT,
    AUDIT,
)
