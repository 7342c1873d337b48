"""The musical scenes of the invented world, and the words for artist names and song titles."""

from __future__ import annotations

from dataclasses import dataclass

Words = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Scene:
    """A musical scene. `weight` is its relative share of all artists.

    `artists` and `titles` are patterns for names; each `{kind}` in them is replaced by one of
    `words[kind]`. `explicit_share` is the probability that a track is explicit.
    """

    name: str
    weight: float
    countries: tuple[str, ...]
    explicit_share: float
    genres: tuple[str, ...]
    artists: tuple[str, ...]
    titles: tuple[str, ...]
    words: Words


def _words(**kinds: str) -> Words:
    return {kind: tuple(text.split(" / ")) for kind, text in kinds.items()}


ENGLISH = _words(
    given="Ada / Marlo / Juno / Theo / Nell / Otis / Wren / Cleo / Ezra / Ivy / Silas / Maeve / "
    "Rufus / Tess / Lorcan / Odette / Percy / Greta / Hollis / Faye / Linus / Orla / Pippa / "
    "Amos / Beatrix / Corin / Delphine / Elspeth / Fern / Gideon / Isolde / Jonty / Keir / "
    "Lark / Mabel / Ned / Ottilie / Quinn / Rowan / Sorrel / Tamsin / Ursa / Winifred / Barnaby",
    family="Ashgrove / Penwarrow / Thornebury / Wexcombe / Larkmoor / Fenwright / "
    "Quillfeather / Tidewell / Merrivale / Thistledown / Hartnoll / Pellworth / Brackenshaw / "
    "Dovercott / Amberley-Vance / Coldharbour / Dunmarrow / Eastgate / Featherstow / "
    "Gillowfield / Hazelhurst / Inkpen / Juniper / Kettlewick / Moonshaw / Oakapple / "
    "Saltmarsh / Tolliver-Price / Underhay",
    stage="Solvane / Nimbra / Kestrelle / Oriko / Tavellan / Juniva / Vessaly / Marenka / "
    "Zephyrina / Nocturo / Halcyra / Calyx Moon / Pavo Lux / Wilder Anise / Ilsabet / Quorra May",
    which="Borrowed / Second-Hand / Crooked / Quiet / Tin / Saltwater / Ninth / Runaway / "
    "Folding / Midnight / Invisible / Left-Handed / Provincial",
    folk="Umbrellas / Cartographers / Postmen / Sundials / Ferrymen / Almanacs / Telegrams / "
    "Weathervanes / Typewriters / Ostriches / Lamplighters / Understudies / Herons / Librarians",
    adj="Golden / Paper / Silver / Slow / Electric / Borrowed / Midnight / Tender / Careless / "
    "Distant / Crystal / Lonely / Honey / Violet / Endless / Broken / Lucky / Velvet / "
    "Reckless / Sunday / Phantom / Second / Quiet / Plastic / Burning / Secret / Winter / Cherry",
    noun="Harbor / Satellite / Summer / Mirror / Window / Garden / Lighthouse / Letter / "
    "Carousel / Daydream / Avenue / Thunder / Ocean / Postcard / Parachute / Telephone / "
    "Cinema / Horizon / Passenger / Staircase / Polaroid / Compass / Orchard / Elevator / "
    "Souvenir / Tidal Wave",
    thing="Echo / Rain / Fever / Shadows / Neon / Ghosts / Flowers / Gravity / Static / "
    "Sparks / Vertigo / Headlights / Fireflies / Silence / Feathers / Champagne / Wildfire / "
    "Moonlight",
    place="Lisbon / the Rain / My Kitchen / the Back Row / Slow Motion / Tokyo / "
    "Your Handwriting / Another Life / the Rearview / Blue / the Meantime / Low Tide / "
    "Your Coat / Parentheses",
    verb="Call / Hold / Leave / Find / Forget / Carry / Follow / Wake / Teach / Believe / Remind",
    when="Tonight / Again / in the Morning / Slowly / Anyway / When It Snows / by Heart / Twice",
)
_ENGLISH_TITLES = (
    *("{adj} {noun}", "{adj} {thing}", "{noun} in {place}", "{verb} Me {when}", "{noun} & {thing}"),
    *("{thing}", "{noun}", "{thing} in {place}", "Somebody's {noun}", "No More {thing}"),
    *("The {noun} Song", "{thing} Like You", "Dear {noun}", "Almost {noun}", "i don't do {thing}"),
)
_RAP = ENGLISH | _words(
    rank="Young / Big / Kid / Doc / Saint / Uncle / Major / Yung / Lady / Prince",
    alias="Parallax / Tuesday / Meridian / Verbena / Marzipan / Velour / Pendulum / Cardamom / "
    "Zeppole / Aperture / Quartz / Tollbooth / Monsoon / Ledger / Saffron / Umber",
    given="Dez / Rook / Malik / Tarell / Juno / Shay / Amir / Koba / Inez / Tre",
)
_SOUL = ENGLISH | _words(
    given="Imani / Sable / Zadie / Malachi / Noor / Darnelle / Celeste-Marie / Ellis / Amaya / "
    "Remy",
    family="St. Clement / Lavelle-Jones / Okoro-Lane / Amberly / Velvetine / Du Lac / Firth",
)
_RANCH = ENGLISH | _words(
    given="Rosalee / Boone / Clementine / Hattie / Dale / June-Ann / Emmett / Loretta-Mae / Clay",
    family="Cottonmere / Redfern / Sweetwater / Haymaker / Larkspur / Dustin-Vale / Bluebonnet",
    noun="Truck Stop / Front Porch / Riverbed / Whiskey Moon / County Line / Barn Light / "
    "Rodeo / Screen Door / Dirt Road / Last Call / Blue Jeans / Tailgate / Church Bell / "
    "Campfire",
)
_TROPIC = _words(
    given="Temi / Kola / Zuri / Ayo / Simi / Kwesi / Amara / Tunde / Nandi / Sefu",
    family="Sunrise / Palmwine / Brightside / Lagoon / Harmattan / Okra / Marigold",
    adj="Sweet / Soft / Sunday / Lagos / Correct / Island / Sugar",
    noun="Baby / Motion / Vibration / Riddim / Love / Energy / Mango / Moonlight",
)
_SPANISH = _words(
    given="Valentina / Mateo / Camila / Joaquín / Lucía / Ximena / Íñigo / Marisol / Rubén / "
    "Abril / Nicanor / Paloma / Emiliano / Renata / Octavio",
    family="Ibarrola / Quintanar / Peñalver / Arizmendi / Ybarra / Zúñiga / Luján / Escandón / "
    "Villaseñor / del Alba / Monteverde / Cascabel",
    troupe="Grupo / Los Hermanos / La Banda / Los de",
    sign="Mirador / Ñandú / Lucero / Albatros / Zafiro / Farol",
    stage="Niño Cometa / Tía Tormenta / Chico Ámbar / La Mareva / Doña Centella / Kilo Canela",
    noun="Luna / Corazón / Fuego / Verano / Madrugada / Canción / Carretera / Marea / Noche / "
    "Cielo / Mariposa / Veneno / Espejo / Tormenta / Mañana / Balcón",
    of="Papel / Enero / Nadie / Cristal / la Niña / San Telmo / Miel / Medianoche",
    question="Dónde Estás / Quién Te Dijo / Y Ahora Qué / Por Qué Llueve / Cuándo Vuelves",
    verb="Dime / Vuelve / Quédate / Báilame / Olvídame / Llámame / Sueña",
)
_PORTUGUESE = _words(
    given="João / Luana / Caíque / Thainá / Davi / Iara / Zé",
    family="Maresia / Pitanga / Cajueiro / Açucena / Ventania / Guará / Sereno / Beira-Mar",
    noun="Saudade / Varanda / Maré / Coração / Sertão / Verão / Ladeira / Menina / Chuva / Baile",
    of="Quintal / Janela / São João / Domingo / Pé de Manga / Avião",
)
_FRENCH = _words(
    given="Éloïse / Bastien / Noémie / Gaël / Zoé / Aurèle",
    family="Tramontane / Chantebrise / Belombre / Rivedouce",
    noun="L'été / La mer / Le dernier métro / Minuit / Ton prénom / La fenêtre",
    of="sans toi / à l'envers / en couleur / d'ici / encore",
)
_KOREAN = _words(
    group="LUMENIA / NOVARISE / ORBYT9 / 달무리 / 은하우체국 / 새벽정원 / 하얀고래 / "
    "별사탕클럽 / VELVEE / 하늘섬",
    given="서린 / 하누리 / 지월 / 온새 / 다솔",
    noun="달빛 / 여름 / 우산 / 기차 / 파도 / 편지 / 봄비 / 밤하늘 / 소원 / 고백",
    adj="하얀 / 늦은 / 작은 / 반짝이는 / 우리의",
    english="STARLIT / Papercrane / Fizz / Daybreak / Hide & Glow / POPPING CANDY",
)
_JAPANESE = _words(
    group="水無月ソーダ / 夜更けの灯台 / 猫町電鉄 / ヒカリノート / 青写真オーケストラ / "
    "Mikazuki Parade / 雨傘喫茶",
    family="涼風 / 星崎 / 波多瀬 / 月岡",
    given="ミナト / しずく / カイリ / ほのか",
    noun="夜明け / 花火 / 約束 / 海辺 / 手紙 / 流星 / 交差点 / 夏休み",
    of="踊り子 / 続き / うた / 記憶 / 向こう側",
)
_ARABIC = _words(
    group="ليان الندى / سامر الياسمين / قمر الزيتون / نور السواحل / فرقة المنارة / ريم المدى",
    noun="ليل / قمر / بحر / سفر / وعد / حلم / نجمة",
    of="الشتاء / الغربة / المدينة / الياسمين / العمر",
)
_NORDIC = _words(
    group="Sólveig Þorláks / Bláa Húsið / Ylva Norrsken / Kvällsbris / Øystein Fjordal / "
    "Hrafn & Tjörn",
    noun="Sumarnótt / Norðurljós / Draumur / Midnattssol / Fjørden / Snö / Hjartað mitt / Brevet",
    of="heim / igen / í vindinum / till dig / og hav",
)
_CLUB = ENGLISH | _words(
    club="Subtle Voltage / Neon Cartography / Hexaphonik / Modul 77 / DJ Pamplemousse / "
    "Kilowatt Kite / Glasshaus 9 / mochi🌙club / Ferro & Flux / Night Cantina"
)

SCENES = (
    Scene("pop", 20, ("US", "GB", "SE", "AU"), 0.2,
          ("pop", "dance pop", "electropop", "synthpop", "art pop"),
          ("{given} {family}", "{given} {family}", "{stage}"), _ENGLISH_TITLES, ENGLISH),
    Scene("indie", 13, ("US", "GB", "CA"), 0.15,
          ("indie pop", "indie rock", "bedroom pop", "dream pop", "shoegaze"),
          ("The {which} {folk}", "{which} {folk}", "{given} {family}"), _ENGLISH_TITLES, ENGLISH),
    Scene("hip hop", 14, ("US", "GB"), 0.85,
          ("hip hop", "rap", "trap", "drill", "jazz rap"),
          ("{rank} {alias}", "{given} {alias}"),
          ("{thing}", "{adj} {noun}", "{noun} Talk", "{rank} {thing}", "{thing} in {place}"), _RAP),
    Scene("r&b", 7, ("US", "GB"), 0.45, ("r&b", "neo soul", "alternative r&b"),
          ("{given} {family}", "{given} {family}", "{stage}"), _ENGLISH_TITLES, _SOUL),
    Scene("latin", 17, ("ES", "MX", "CO", "US"), 0.4,
          ("reggaeton", "latin pop", "urbano latino", "trap latino", "corridos", "bachata"),
          ("{given} {family}", "{given} {family}", "{stage}", "{troupe} {sign}"),
          ("{noun}", "{noun} de {of}", "{verb}", "{verb}, {noun}", "¿{question}?"), _SPANISH),
    Scene("k-pop", 7, ("KR",), 0.05, ("k-pop", "k-r&b", "korean ost"),
          ("{group}", "{group}", "{given}"),
          ("{noun}", "{adj} {noun}", "{noun} ({english})", "{english}"), _KOREAN),
    Scene("j-pop", 6, ("JP",), 0.02, ("j-pop", "anime", "city pop", "j-rock"),
          ("{group}", "{family}{given}"), ("{noun}", "{noun}の{of}", "{noun}と{of}"), _JAPANESE),
    Scene("afrobeats", 6, ("NG", "GH", "ZA"), 0.15, ("afrobeats", "amapiano", "afropop", "alté"),
          ("{given} {family}",), ("{adj} {noun}", "{noun}"), _TROPIC),
    Scene("electronic", 7, ("GB", "DE", "NL"), 0.05,
          ("house", "melodic techno", "edm", "drum and bass", "future bass"),
          ("{club}", "{stage}"), _ENGLISH_TITLES, _CLUB),
    Scene("country", 7, ("US", "AU"), 0.1, ("country", "americana", "folk", "outlaw country"),
          ("{given} {family}",), _ENGLISH_TITLES, _RANCH),
    Scene("brazil", 5, ("BR",), 0.35, ("funk carioca", "sertanejo", "mpb", "piseiro"),
          ("{given} {family}", "MC {family}"), ("{noun}", "{noun} de {of}"), _PORTUGUESE),
    Scene("french", 4, ("FR", "BE"), 0.25, ("variété française", "rap français", "chanson"),
          ("{given} {family}",), ("{noun}", "{noun} {of}"), _FRENCH),
    Scene("nordic", 4, ("IS", "NO", "SE"), 0.05, ("icelandic indie", "scandipop", "nordic folk"),
          ("{group}",), ("{noun}", "{noun} {of}"), _NORDIC),
    Scene("arabic", 4, ("EG", "AE", "LB"), 0.0, ("arabic pop", "khaleeji", "shaabi"),
          ("{group}",), ("{noun}", "{noun} {of}"), _ARABIC),
)  # fmt: skip

LABELS = (
    *("Northquay", "Paper Lantern Records", "Cometa Discos", "Tall Order Music", "Kite & Key"),
    *("Ultramarina/Northquay", "Understory", "Moonhaus", "Seven Oranges Ltd.", "Fjordhus"),
    *("Lagoonside/Tall Order", "Periwinkle Sound", "달토끼 Entertainment", "Casa Ñandú"),
    *("Ostrich Park, LLC", 'The "Attic" Tapes'),
)
