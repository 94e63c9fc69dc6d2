"""Who plays in the demonstration: 48 invented ISPs and the habits that make their months differ."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

from portal.accounts import LicenceKind, SizeClass


class Tier(enum.StrEnum):
    """How large an ISP is; three giants hold nine tenths of the subscribers (load profile S)."""

    GIANT = "GIANT"
    MOBILE = "MOBILE"
    STANDARD = "STANDARD"
    SMALL = "SMALL"


class Care(enum.StrEnum):
    """How well an ISP does what it owes."""

    GOOD = "GOOD"
    FAIR = "FAIR"
    POOR = "POOR"


@dataclass(frozen=True)
class Part:
    """One ISP of the cast. ``subscribers`` are those in scope of its block lists; ``notices`` is
    its weight when a notifier's notice picks an ISP; ``hosts`` whether notices concern material
    it hosts.
    """

    slug: str
    name_en: str
    name_km: str
    tier: Tier
    subscribers: int
    staff: int
    points: int
    notices: int
    care: Care
    hosts: bool

    @property
    def kind(self) -> LicenceKind:
        """Which licence it holds."""
        mobile = self.tier in {Tier.GIANT, Tier.MOBILE}
        return LicenceKind.MNO if mobile else LicenceKind.FIXED_ISP

    @property
    def size(self) -> SizeClass:
        """How large it counts in the eyes of the policy."""
        return SizeClass.SMALL if self.tier is Tier.SMALL else SizeClass.STANDARD


# Slug, English and Khmer word, tier, care, weight of notices, hosting: words of nature and of
# things, so that none is the name of an ISP that exists. The first of them carry hard cases and
# have people to sign in as.
_TABLE: Final = """
firefly|Firefly Mobile|អំពិលអំពែក ទូរស័ព្ទចល័ត|GIANT|GOOD|260|access
kapok|Kapok Fibre and Hosting|គរ ខ្សែកាបអុបទិក និងបង្ហោះទិន្នន័យ|STANDARD|GOOD|90|hosts
gecko|Gecko Village Net|តុកកែ អ៊ីនធឺណិតភូមិ|SMALL|FAIR|1|access
kite|Kite Broadband|ខ្លែង អ៊ីនធឺណិត|SMALL|GOOD|0|access
drum|Drum Data Centre|ស្គរ មជ្ឈមណ្ឌលទិន្នន័យ|STANDARD|POOR|60|hosts
peacock|Peacock Mobile|ក្ងោក ទូរស័ព្ទចល័ត|GIANT|GOOD|200|access
waterfall|Waterfall Mobile|ទឹកជ្រោះ ទូរស័ព្ទចល័ត|GIANT|FAIR|150|access
sandstone|Sandstone Mobile|ថ្មភក់ ទូរស័ព្ទចល័ត|MOBILE|GOOD|40|access
feather|Feather Mobile|រោមស្លាប ទូរស័ព្ទចល័ត|MOBILE|FAIR|30|access
bamboo|Bamboo Fibre|ឫស្សី ខ្សែកាបអុបទិក|STANDARD|GOOD|26|access
banyan|Banyan Cloud Hosting|ជ្រៃ បង្ហោះទិន្នន័យ|STANDARD|GOOD|40|hosts
tamarind|Tamarind Fibre|អម្ពិល ខ្សែកាបអុបទិក|STANDARD|GOOD|18|access
rattan|Rattan Networks|ផ្តៅ បណ្តាញ|STANDARD|FAIR|14|access
cardamom|Cardamom Networks|ក្រវាញ បណ្តាញ|STANDARD|GOOD|14|access
coconut|Coconut Broadband|ដូង អ៊ីនធឺណិត|STANDARD|FAIR|12|access
turmeric|Turmeric Networks|រមៀត បណ្តាញ|STANDARD|GOOD|12|access
lotuspond|Lotus Pond Broadband|ស្រះឈូក អ៊ីនធឺណិត|STANDARD|GOOD|16|hosts
dolphin|Dolphin River Net|ផ្សោត អ៊ីនធឺណិត|STANDARD|FAIR|10|access
butterfly|Butterfly Networks|មេអំបៅ បណ្តាញ|STANDARD|FAIR|10|access
teak|Teak Business Net|ម៉ៃសាក់ អ៊ីនធឺណិតអាជីវកម្ម|STANDARD|GOOD|8|access
areca|Areca Wireless|ស្លា អ៊ីនធឺណិតឥតខ្សែ|SMALL|FAIR|4|access
beehive|Beehive Net|សំបុកឃ្មុំ អ៊ីនធឺណិត|SMALL|FAIR|4|hosts
mango|Mango Grove Net|ចម្ការស្វាយ អ៊ីនធឺណិត|SMALL|GOOD|3|access
pepper|Pepper Vine Net|វល្លិម្រេច អ៊ីនធឺណិត|SMALL|GOOD|0|access
turtle|Turtle Wireless|អណ្តើក អ៊ីនធឺណិតឥតខ្សែ|SMALL|FAIR|2|access
cloudlet|Cloudlet Net|ដុំពពក អ៊ីនធឺណិត|SMALL|POOR|2|access
swallow|Swallow Wireless|ត្រចៀកកាំ អ៊ីនធឺណិតឥតខ្សែ|SMALL|FAIR|2|access
lantern|Lantern Net|គោម អ៊ីនធឺណិត|SMALL|FAIR|2|access
frangipani|Frangipani Net|ចំប៉ី អ៊ីនធឺណិត|SMALL|GOOD|2|access
orchard|Orchard Lane Net|ផ្លូវចម្ការ អ៊ីនធឺណិត|SMALL|FAIR|2|access
dragonfly|Dragonfly Net|កន្ទុំរុយ អ៊ីនធឺណិត|SMALL|GOOD|2|access
lemongrass|Lemongrass Net|ស្លឹកគ្រៃ អ៊ីនធឺណិត|SMALL|GOOD|1|access
galangal|Galangal Net|រំដេង អ៊ីនធឺណិត|SMALL|GOOD|1|access
pangolin|Pangolin Wireless|ពង្រូល អ៊ីនធឺណិតឥតខ្សែ|SMALL|GOOD|1|access
hornbill|Hornbill Wireless|កេងកង អ៊ីនធឺណិតឥតខ្សែ|SMALL|FAIR|1|access
pinewood|Pinewood Hill Net|ព្រៃស្រល់ អ៊ីនធឺណិត|SMALL|GOOD|1|access
rainfall|Rainfall Net|ទឹកភ្លៀង អ៊ីនធឺណិត|SMALL|GOOD|1|access
tidewater|Tidewater Net|ជំនោរ អ៊ីនធឺណិត|SMALL|GOOD|1|access
meadow|Meadow Lane Net|វាលស្មៅ អ៊ីនធឺណិត|SMALL|GOOD|1|access
seashell|Seashell Net|ខ្យង អ៊ីនធឺណិត|SMALL|GOOD|1|access
pearl|Pearl Coast Net|គជ់ អ៊ីនធឺណិតឆ្នេរ|SMALL|FAIR|1|access
riverstone|Riverstone Net|ថ្មទន្លេ អ៊ីនធឺណិត|SMALL|GOOD|1|access
loom|Loom and Thread Net|កី អ៊ីនធឺណិត|SMALL|GOOD|0|access
oarsman|Oarsman Net|អ្នកចែវទូក អ៊ីនធឺណិត|SMALL|FAIR|0|access
compass|Compass Point Net|ត្រីវិស័យ អ៊ីនធឺណិត|SMALL|GOOD|0|access
anchorage|Anchorage Bay Net|យុថ្កា អ៊ីនធឺណិត|SMALL|GOOD|0|access
seedling|Seedling Net|កូនរុក្ខជាតិ អ៊ីនធឺណិត|SMALL|GOOD|0|access
morning|Morning Mist Net|អ័ព្ទព្រឹក អ៊ីនធឺណិត|SMALL|GOOD|0|access
"""

_SUBSCRIBERS: Final = {
    "firefly": 5_890_000,
    "peacock": 4_805_000,
    "waterfall": 3_255_000,
    "sandstone": 620_000,
    "feather": 410_000,
}
_SIZES: Final = {
    # Subscribers of the largest of the tier, staff in scope, enforcement points.
    Tier.GIANT: (0, 110, 24),
    Tier.MOBILE: (0, 32, 10),
    Tier.STANDARD: (64_000, 18, 6),
    Tier.SMALL: (5_200, 6, 2),
}


def _part(row: str, place: int) -> Part:
    slug, name_en, name_km, tier_name, care, notices, role = row.split("|")
    tier = Tier(tier_name)
    largest, staff, points = _SIZES[tier]
    # Nobody is exactly as large as the neighbour; the numbers only have to look unlike.
    odd = (place * 37) % 23
    return Part(
        slug=slug,
        name_en=name_en,
        name_km=name_km,
        tier=tier,
        subscribers=_SUBSCRIBERS.get(slug) or largest - largest * odd // 40,
        staff=staff - staff * odd // 60,
        points=max(1, points - odd % 2),
        notices=int(notices),
        care=Care(care),
        hosts=role == "hosts",
    )


CAST: Final[tuple[Part, ...]] = tuple(
    _part(row, place) for place, row in enumerate(_TABLE.strip().splitlines())
)

# Invented families, each with the same given names.
_FAMILIES: Final = tuple(
    """
    Bopha-Lim Chanvatey Dararith Kosalsok Meanrith Narinchea Phallakun Ratanakeo Samnanglo Sereyvong
    Sopheakty Thyravuth Vannaroth Visalnou
    """.split()  # noqa: SIM905 - fourteen words read better than fourteen strings
)
_GIVEN: Final = (
    *("Arun", "Bora", "Chenda", "Devi", "Kanha", "Leak"),
    *("Malis", "Nimol", "Pisey", "Rith", "Sovan", "Tola"),
)


def invented_name(number: int) -> str:
    """The ``number``-th name of the cast: built of invented family names, each used once."""
    family, given = divmod(number, len(_GIVEN))
    return f"{_FAMILIES[family % len(_FAMILIES)]} {_GIVEN[given]}"
