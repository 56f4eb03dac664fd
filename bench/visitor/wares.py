"""What is traded: substances with their codes, strengths, packings, prices, orders and uses."""

from dataclasses import dataclass

# code|name|trade name|cas|hs|un|form|kg a litre|dollars a kg|strengths|packs|kg an order|list|uses
_TABLE = """
acetic_anhydride|Acetic anhydride||108-24-7|291524|1715|liquid|1.08|1.35|99.5,99|\
DR:200 IBC:1050 TK:20500|8000:45000|un-1988-table-1|acetylation,pharma,tobacco_filter
potassium_permanganate|Potassium permanganate|Permasol|7722-64-7|284161|1490|solid|0|3.1|98,99|\
DR:50 BG:25|2000:22000|un-1988-table-1|water_treatment,textile,pharma
phenylacetic_acid|Phenylacetic acid||103-82-2|291634||solid|0|7.5|99|\
DR:25 BG:25|500:6000|un-1988-table-1|pharma,fragrance
pseudoephedrine|Pseudoephedrine hydrochloride||90-82-4|293942||powder|0|85|99.5|\
DR:25|100:1500|un-1988-table-1|pharma
ephedrine|Ephedrine hydrochloride||299-42-3|293941||powder|0|95|99|DR:25|50:600|\
un-1988-table-1|pharma
piperonal|Piperonal|Heliotropine|120-57-0|293293||solid|0|18|99|DR:25 CT:25|200:3000|\
un-1988-table-1|fragrance,food
acetone|Acetone||67-64-1|291411|1090|liquid|0.79|0.95|99.5|DR:160 IBC:790 TK:19000|\
6000:60000|un-1988-table-2|solvent,coatings,pharma
toluene|Toluene||108-88-3|290230|1294|liquid|0.87|0.9|99.8,99|DR:180 TK:20000|9000:80000|\
un-1988-table-2|solvent,coatings,printing
methyl_ethyl_ketone|Methyl ethyl ketone|MEK|78-93-3|291412|1193|liquid|0.81|1.4|99.7|\
DR:165 TK:19000|4000:40000|un-1988-table-2|solvent,coatings,adhesives
hydrochloric_acid|Hydrochloric acid|Muriatic acid|7647-01-0|280610|1789|liquid|1.16|0.22|33,36,30|\
DR:230 IBC:1150 TK:22000|10000:70000|un-1988-table-2|metal,water_treatment,food
sulphuric_acid|Sulphuric acid|Oil of vitriol|7664-93-9|280700|1830|liquid|1.83|0.16|98,96|\
DR:300 IBC:1500 TK:24000|15000:120000|un-1988-table-2|batteries,fertiliser,metal
ethyl_ether|Diethyl ether||60-29-7|290911|1155|liquid|0.71|2.3|99.5|DR:140|800:9000|\
un-1988-table-2|pharma,solvent,laboratory
anthranilic_acid|Anthranilic acid||118-92-3|292243||powder|0|6|99|BG:25|500:8000|\
un-1988-table-2|dyes,pharma
ammonium_nitrate|Ammonium nitrate|AN prills|6484-52-2|310230|1942|granules|0|0.42|99,99.5|\
BG:1000 BG:50|22000:480000|eu-2019-1148-annex-1|fertiliser,mining
calcium_ammonium_nitrate|Calcium ammonium nitrate|CAN 27|15245-12-2|310260||granules|0|0.31|77|\
BG:1000 BG:50|25000:500000|eu-2019-1148-annex-2|fertiliser
urea|Urea|Urea 46|57-13-6|310210||granules|0|0.38|99|BG:1000 BG:50|25000:600000|\
wco-pgs|fertiliser,resins
potassium_nitrate|Potassium nitrate|NOP|7757-79-1|283421|1486|solid|0|1.15|99|BG:25 BG:1000|\
5000:60000|eu-2019-1148-annex-2|fertiliser,glass,food
hydrogen_peroxide|Hydrogen peroxide|Perhydrol|7722-84-1|284700|2014|liquid|1.13|0.6|35,50|\
DR:65 IBC:1200 TK:21000|6000:60000|eu-2019-1148-annex-1|pulp,textile,water_treatment
nitric_acid|Nitric acid|Aqua fortis|7697-37-2|280800|2031|liquid|1.4|0.34|60,68|\
DR:280 IBC:1300 TK:23000|6000:50000|eu-2019-1148-annex-1|metal,fertiliser,mining
sodium_chlorate|Sodium chlorate||7775-09-9|282911|1495|solid|0|0.75|99|BG:1000 DR:50|\
8000:90000|eu-2019-1148-annex-1|pulp,mining
aluminium_powder|Aluminium powder|Pigment flake|7429-90-5|760310|1396|powder|0|4.6|99,98|DR:100|\
1000:16000|eu-2019-1148-annex-2|coatings,mining,metal
hexamine|Hexamine|Urotropine|100-97-0|293369|1328|powder|0|1.3|99|BG:25|3000:40000|\
eu-2019-1148-annex-2|resins,pharma,rubber
nitromethane|Nitromethane||75-52-5|290420|1261|liquid|1.14|5.2|99,98|DR:220|1000:14000|\
eu-2019-1148-annex-1|solvent,fuel_additive,pharma
calcium_nitrate|Calcium nitrate||10124-37-5|283429|1454|granules|0|0.36|98|BG:25 BG:1000|\
12000:150000|eu-2019-1148-annex-2|fertiliser,concrete
"""


@dataclass(frozen=True)
class Ware:
    """A substance as it is sold."""

    code: str
    name: str
    trade: str
    cas: str
    hs: str
    un: str
    form: str
    density: float
    price: float
    strengths: tuple[float, ...]
    packs: tuple[tuple[str, int], ...]
    order: tuple[float, float]
    list: str
    uses: tuple[str, ...]

    @property
    def strict(self) -> bool:
        """Whether everybody asks for a notice before it is shipped."""
        return self.list.startswith("un-") or self.code == "ammonium_nitrate"

    @property
    def pricey(self) -> bool:
        return self.price > 15

    @property
    def farm(self) -> bool:
        return self.uses[0] == "fertiliser"


def _ware(row: str) -> Ware:
    cells = row.split("|")
    low, high = cells[11].split(":")
    packs = tuple((p.split(":")[0], int(p.split(":")[1])) for p in cells[10].split())
    return Ware(
        code=cells[0],
        name=cells[1],
        trade=cells[2],
        cas=cells[3],
        hs=cells[4],
        un=cells[5],
        form=cells[6],
        density=float(cells[7]),
        price=float(cells[8]),
        strengths=tuple(float(s) for s in cells[9].split(",")),
        packs=tuple(("WA" if kind == "IBC" else kind, kg) for kind, kg in packs),
        order=(float(low), float(high)),
        list=cells[12],
        uses=tuple(cells[13].split(",")),
    )


WARES = {ware.code: ware for ware in map(_ware, _TABLE.strip().splitlines())}
TARE = {"DR": 0.075, "WA": 0.055, "BG": 0.006, "TK": 0.0, "CT": 0.06}
# What else a declaration may call it; the dull words of busy typists come with honest goods too.
DULL = ("Chemical products", "Raw material", "Industrial chemical", "Chemicals nes")
COVERS = (  # what a liar writes instead: name, heading, UN number
    ("Industrial cleaning solution", "340290", ""),
    ("Paint thinner preparation", "381400", "1263"),
    ("Soil conditioner", "310100", ""),
    ("Water softener salt", "250100", ""),
    ("Surfactant blend", "340231", ""),
    ("Bleaching earth", "250810", ""),
)
