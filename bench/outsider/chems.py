"""The goods: what they are on paper, how they are packed and sold, and who has a use for them."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Chem:
    """One programme substance as an article of trade."""

    code: str
    name: str
    cas: str
    hs: str
    un: str
    form: str
    package: str  # UNECE Recommendation 21
    unit_kg: float  # net mass in one package
    tare: float  # mass of the package as a share of the net mass
    lot: float  # the usual order, kg
    price: float  # USD a kilogram
    strengths: tuple[float, ...]
    uses: tuple[str, ...]
    list: str
    season: int  # month of the peak; 0 for none
    weight: float  # share of trade
    names: tuple[str, ...] = ()


_TABLE = """
acetic_anhydride|Acetic anhydride|108-24-7|291524|1715|liquid|DR|220|.09|16000|1.4|99|pharmaceutical,dye,cellulose|un1|0|12
acetone|Acetone|67-64-1|291411|1090|liquid|DR|160|.11|22000|0.9|99.5|coating,laboratory,plastics|un2|0|10
toluene|Toluene|108-88-3|290230|1294|liquid|IB|870|.07|24000|1.0|99.9|coating,adhesive|un2|0|9
methyl_ethyl_ketone|Methyl ethyl ketone|78-93-3|291412|1193|liquid|DR|165|.11|15000|1.6|99.5|coating,printing|un2|0|8
hydrochloric_acid|Hydrochloric acid|7647-01-0|280610|1789|liquid|IB|1150|.06|23000|0.3|32,36|metal,water,food|un2|0|8
sulphuric_acid|Sulphuric acid|7664-93-9|280700|1830|liquid|IB|1600|.05|25000|0.2|96,98|metal,battery,fertiliser|un2|0|9
potassium_permanganate|Potassium permanganate|7722-64-7|284161|1490|powder|DR|50|.05|10000|2.8|99.3|water,textile|un1|6|8
pseudoephedrine|Pseudoephedrine|90-82-4|293942||powder|DR|25|.1|400|78|99.5|pharmaceutical|un1|11|6
ephedrine|Ephedrine|299-42-3|293941||powder|DR|25|.1|150|95|99.5|pharmaceutical|un1|11|4
phenylacetic_acid|Phenylacetic acid|103-82-2|291634||solid|BG|25|.02|5000|6|99|fragrance,pharmaceutical|un1|0|4
piperidine|Piperidine|110-89-4|293332|2401|liquid|DR|170|.1|1600|9|99|rubber,pharmaceutical|un2|0|4
anthranilic_acid|Anthranilic acid|118-92-3|292243||powder|BG|25|.02|3000|5|98|dye,fragrance|un2|0|3
ethyl_ether|Ethyl ether|60-29-7|290911|1155|liquid|DR|140|.12|4000|2.2|99.7|laboratory,pharmaceutical|un2|0|4
piperonal|Piperonal|120-57-0|293293||powder|BX|25|.06|800|17|99|fragrance,food|un1|0|3
safrole|Safrole|94-59-7|293294|3082|liquid|DR|200|.1|1000|24|90,95|fragrance,pesticide|un1|0|2
ammonium_nitrate|Ammonium nitrate|6484-52-2|310230|1942|granules|BG|1000|.004|120000|0.4|99|mining,fertiliser|pgs|3|7
hydrogen_peroxide|Hydrogen peroxide|7722-84-1|284700|2014|liquid|IB|1150|.06|22000|0.6|35,50|paper,textile,water|pgs|0|6
nitric_acid|Nitric acid|7697-37-2|280800|2031|liquid|IB|1300|.05|20000|0.4|60,65|metal,fertiliser|pgs|0|5
potassium_nitrate|Potassium nitrate|7757-79-1|283421|1486|granules|BG|25|.005|26000|1.1|99|fertiliser,glass|pgs|4|5
sodium_chlorate|Sodium chlorate|7775-09-9|282911|1495|granules|BG|1000|.004|40000|0.7|99|paper|pgs|0|4
urea|Urea|57-13-6|310210||granules|BG|1000|.004|200000|0.35|99|fertiliser,resin|pgs|3|5
nitromethane|Nitromethane|75-52-5|290420|1261|liquid|DR|230|.09|2500|5|99|laboratory,fuel|pgs|0|2
aluminium_powder|Aluminium powder|7429-90-5|760310|1396|powder|DR|40|.08|6000|4|99|coating,metal|pgs|0|3
"""  # noqa: E501
LISTS = {"un1": "un-1988-table-1", "un2": "un-1988-table-2", "pgs": "wco-pgs"}
DENSITY = {  # kilograms a litre, for offices that count in litres
    "acetic_anhydride": 1.08, "acetone": 0.79, "toluene": 0.87, "methyl_ethyl_ketone": 0.805,
    "hydrochloric_acid": 1.16, "sulphuric_acid": 1.84, "ethyl_ether": 0.713, "piperidine": 0.862,
}  # fmt: skip
_ALSO = {
    "acetic_anhydride": ("Ethanoic anhydride", "ACETIC ANHYDRIDE TECH"),
    "acetone": ("Propan-2-one", "Acetone tech grade"),
    "methyl_ethyl_ketone": ("MEK", "Butanone"),
    "sulphuric_acid": ("Sulfuric acid",),
    "potassium_permanganate": ("KMnO4", "Permanganate of potash"),
    "ethyl_ether": ("Diethyl ether",),
    "piperonal": ("Heliotropine",),
    "ammonium_nitrate": ("AN porous prilled", "Ammonium nitrate TGAN"),
    "hydrogen_peroxide": ("Hydrogen peroxide 50%",),
    "potassium_nitrate": ("NOP fertiliser 13-0-46",),
}


def _read() -> tuple[Chem, ...]:
    made = []
    for line in _TABLE.strip().splitlines():
        c = line.split("|")
        made.append(
            Chem(
                code=c[0],
                name=c[1],
                cas=c[2],
                hs=c[3],
                un=c[4],
                form=c[5],
                package=c[6],
                unit_kg=float(c[7]),
                tare=float(c[8]),
                lot=float(c[9]),
                price=float(c[10]),
                strengths=tuple(float(x) for x in c[11].split(",")),
                uses=tuple(c[12].split(",")),
                list=LISTS[c[13]],
                season=int(c[14]),
                weight=float(c[15]),
                names=_ALSO.get(c[0], ()),
            )
        )
    return tuple(made)


CHEMS = _read()
SECTORS = tuple(sorted({use for chem in CHEMS for use in chem.uses}))


def pick(rng: random.Random) -> Chem:
    return rng.choices(CHEMS, [chem.weight for chem in CHEMS])[0]


def packed(chem: Chem, kg: float) -> float:
    """The nearest amount in whole packages."""
    return max(1, round(kg / chem.unit_kg)) * chem.unit_kg
