"""What is traded: listed precursors with their usual lots, prices, strengths and buyers."""

from collections.abc import Mapping
from dataclasses import dataclass

from seed import reference

# substance, EUR/kg, usual lot in kg, form, package, kg a package, strengths, peak month (0: none),
# relative weight, loss on the way in %, then who uses it: sector=use ...
_TABLE = """
acetic_anhydride 1.6 20000 liquid DR 200 98,99 0 9 .05 chemical=acetylation pharma=api_synthesis
acetone 1.1 22000 liquid DR 160 99.5 0 12 .4 chemical=solvent coatings=solvent pharma=solvent
toluene 1.0 24000 liquid IB 870 99.9 0 7 .25 coatings=solvent chemical=solvent
methyl_ethyl_ketone 1.5 16000 liquid DR 165 99.5 0 5 .35 coatings=solvent printing=ink
ethyl_ether 3.4 4000 liquid DR 140 99.7 0 3 .6 pharma=extraction laboratory=reagent
potassium_permanganate 2.6 18000 solid DR 50 97.5,99 6 7 .02 water=water_treatment mining=oxidation
hydrochloric_acid .3 24000 liquid IB 1150 33,37 0 6 .1 steel=pickling chemical=ph_control
sulphuric_acid .2 26000 liquid IB 1800 96,98 0 6 .05 mining=leaching chemical=sulphonation
phenylacetic_acid 11 1500 solid BG 25 99 0 2 .02 fragrance=perfumery pharma=api_synthesis
ephedrine 95 300 powder BX 25 99.5 11 3 .01 pharma=tablets
pseudoephedrine 80 500 powder BX 25 99.5 11 4 .01 pharma=tablets
ammonium_nitrate .5 60000 granules BG 1000 99,97.5 3 7 -.15 agro=fertiliser mining=blasting
urea .4 120000 granules BG 1000 99 4 6 -.2 agro=fertiliser chemical=resin
hydrogen_peroxide .6 22000 liquid IB 1100 35,50,60 0 7 .5 textile=bleaching pulp=bleaching
nitric_acid .4 22000 liquid IB 1300 60,68 0 4 .1 chemical=nitration steel=passivation
sodium_chlorate .7 24000 solid BG 1000 99.5 0 4 .02 pulp=bleaching agro=herbicide
potassium_chlorate 1.3 10000 solid BG 25 99.7 8 2 .02 matches=match_heads fireworks=pyrotechnics
potassium_nitrate 1.1 24000 solid BG 25 99.4 2 4 -.05 agro=fertiliser glass=glass_making
aluminium_powder 4.2 8000 powder DR 50 99 0 2 .01 coatings=pigment metals=thermite_welding
nitromethane 6.5 3000 liquid DR 220 98 5 2 .1 chemical=stabiliser racing=fuel
hexamine 1.4 16000 powder BG 25 99 0 2 .02 rubber=vulcanising chemical=resin
"""


@dataclass(frozen=True, kw_only=True)
class Ware:
    """One listed substance as the trade knows it."""

    substance: str
    name: str
    cas: str
    hs: str
    un: str | None
    price: float
    lot: float
    form: str
    package: str
    per_package: float
    strengths: tuple[float, ...]
    peak: int
    weight: float
    loss: float
    uses: Mapping[str, str]


def wares() -> tuple[Ware, ...]:
    """All that is traded here."""
    listed = {each.substance: each for each in reversed(reference.substances())}
    return tuple(_ware(line.split(), listed) for line in _TABLE.strip().split("\n"))


def _ware(cells: list[str], listed: Mapping[str, reference.Listing]) -> Ware:
    substance, price, lot, form, package, each, strengths, peak, weight, loss, *uses = cells
    entry = listed[substance]
    return Ware(
        substance=substance,
        name=entry.name,
        cas=entry.cas[0],
        hs=entry.hs[0],
        un=entry.un[0] if entry.un else None,
        price=float(price),
        lot=float(lot),
        form=form,
        package=package,
        per_package=float(each),
        strengths=tuple(map(float, strengths.split(","))),
        peak=int(peak),
        weight=float(weight),
        loss=float(loss) / 100,
        uses=dict(use.split("=") for use in uses),
    )
