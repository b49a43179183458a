"""The words by which texts in several languages count, date and deny. Forms as `folded` writes them."""

from __future__ import annotations

import unicodedata

from modelswitch_core.reading._dates import MONTHS


def folded(word: str) -> str:
    """Without case, and without the accents of Latin, Greek and Cyrillic letters."""
    if word.isascii():
        return word.casefold()
    apart = unicodedata.normalize("NFD", word.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in apart if not "\u0300" <= c <= "\u036f"))


def _set(words: str) -> frozenset[str]:
    return frozenset(map(folded, words.split()))


# "One" is left out, as it is the article too in most of these languages; so are "due" and "once", which in
# English are no numbers.
_NUMBERS = {
    "0": "zero null zéro cero nul ноль нуль",
    "2": "two twice zwei zweimal deux dos dois duas twee два две двух",
    "3": "three thrice drei dreimal trois tres tre três drie три трёх",
    "4": "four vier quatre cuatro quattro quatro четыре четырёх",
    "5": "five fünf cinq cinco cinque vijf пять пяти",
    "6": "six sechs seis sei zes шесть шести",
    "7": "seven sieben sept siete sette sete zeven семь семи",
    "8": "eight acht huit ocho otto oito восемь восьми",
    "9": "nine neun neuf nueve nove negen девять девяти",
    "10": "ten zehn dix diez dieci dez tien десять десяти",
    "11": "eleven elf onze undici одиннадцать",
    "12": "twelve dozen zwölf dutzend douze doce dodici doze twaalf двенадцать",
    "13": "thirteen dreizehn treize trece tredici treze dertien тринадцать",
    "14": "fourteen vierzehn quatorze catorce quattordici catorze veertien четырнадцать",
    "15": "fifteen fünfzehn quinze quince quindici vijftien пятнадцать",
    "16": "sixteen sechzehn seize dieciséis sedici dezesseis zestien шестнадцать",
    "17": "seventeen siebzehn diecisiete diciassette dezessete zeventien семнадцать",
    "18": "eighteen achtzehn dieciocho diciotto dezoito achttien восемнадцать",
    "19": "nineteen neunzehn diecinueve diciannove dezenove negentien девятнадцать",
    "20": "twenty zwanzig vingt veinte venti vinte twintig двадцать",
    "30": "thirty dreißig trente treinta trenta trinta dertig тридцать",
    "40": "forty vierzig quarante cuarenta quaranta quarenta veertig сорок",
    "50": "fifty fünfzig cinquante cincuenta cinquanta cinquenta vijftig пятьдесят",
    "60": "sixty sechzig soixante sesenta sessanta sessenta zestig шестьдесят",
    "70": "seventy siebzig setenta settanta zeventig семьдесят",
    "80": "eighty achtzig ochenta ottanta oitenta tachtig восемьдесят",
    "90": "ninety neunzig noventa novanta negentig девяносто",
    "100": "hundred hundert cent cien ciento cento cem honderd сто",
    "1000": "thousand tausend mille mil mila duizend тысяча тысячи тысяч",
    "1000000": "million millions millionen millón millones milione milioni miljoen миллион миллионов",
    "1000000000": "billion billions milliarde milliarden milliard milliards miljard миллиард миллиардов",
    "1/2": "half halb halbe hälfte moitié demi medio mitad metà metade половина",
    "1st": "first erste ersten erster premier première primero primera primo eerste первый первая",
    "2nd": "second zweite zweiten deuxième segundo segunda secondo seconda tweede второй вторая",
    "3rd": "third dritte dritten troisième tercero tercera terzo terza terceiro derde третий третья",
    "4th": "fourth vierte vierten quatrième cuarto cuarta quarto quarta vierde четвёртый",
    "5th": "fifth fünfte fünften cinquième quinto quinta vijfde пятый",
    "mon": "monday montag lundi lunes lunedì maandag понедельник",
    "tue": "tuesday dienstag mardi martes martedì dinsdag вторник",
    "wed": "wednesday mittwoch mercredi miércoles mercoledì woensdag среда среду",
    "thu": "thursday donnerstag jeudi jueves giovedì donderdag четверг",
    "fri": "friday freitag vendredi viernes venerdì vrijdag пятница пятницу",
    "sat": "saturday samstag sonnabend samedi sábado sabato zaterdag суббота субботу",
    "sun": "sunday sonntag dimanche domingo domenica zondag воскресенье",
}
PERCENT_WORDS = _set("percent percentage pct prozent procent ciento cento процент процента процентов")
"""Words that make a number before them a percentage, beside the sign."""

NUMBER_WORDS = {folded(word): value for value, words in _NUMBERS.items() for word in words.split()}
"""What words of number, order and weekday say."""

ORDINALS = frozenset({"1st", "2nd", "3rd", "4th", "5th"})
"""Which of these are places in an order."""

MONTH_WORDS = {folded(name): f"month {number}" for name, number in MONTHS.items()}
"""What the names of months say."""

UNSURE_MONTHS = _set("march mars") | {name for name in MONTH_WORDS if len(name) < 4}
"""Names of months that are other words too: months only beside a number, or with a capital."""

DENYING_WORDS = _set(
    # English, with what is left of contractions where somebody leaves out their mark
    "not no never none nobody nothing nowhere neither nor without cannot dont doesnt didnt isnt wasnt cant "
    "hardly barely scarcely rarely seldom lack lacks lacked lacking fail fails failed failing unable except "
    "excluding deny denies denied denying refuse refuses refused reject rejects rejected forbid forbids "
    "forbidden prohibit prohibits prohibited prevent prevents prevented avoid avoids avoided "
    "kaum selten außer rarement sauf hormis apenas raramente excepto salvo tranne "
    "nicht kein keine keinen keinem keiner keines nie niemals niemand nichts nirgends weder ohne nein "
    "ne pas jamais rien aucun aucune sans ni non "
    "nunca jamás nada nadie ningún ninguno ninguna sin tampoco "
    "nessun nessuno nessuna niente nulla senza né "
    "não nem ninguém nenhum nenhuma sem "
    "niet geen nooit niemand niets zonder nee "
    "inte ingen inget inga aldrig utan nej ikke intet ingenting aldri uten uden nei "
    "ei eivät emme ette älä ilman "
    "nie nigdy żaden żadna żadne nikt bez brak "
    "není nejsou nikdy nikdo žádný "
    "не нет ни никогда никто ничто ничего нельзя без немає ніколи ніхто "
    "nu niciodată nimeni nimic fără "
    "nem nincs nincsenek soha sem nélkül "
    "değil yok hayır asla hiç "
    "δεν δε μη μην όχι ποτέ κανείς χωρίς "
    "tidak bukan tanpa belum jangan "
    "không chưa chẳng "
    "hapana hakuna siyo kamwe "
    "לא אין אינו אינה בלי "
    "لا لم لن ليس ليست ليسوا دون بدون غير "
    "नहीं नही मत बिना না নেই కాదు లేదు இல்லை "
    "안 못"
)
"""Words that deny. They deny in some language; in another the same word may not, which costs a sample."""

DENYING_PHRASES = frozenset({("far", "from"), ("anything", "but")})
"""Two words that deny together, and neither by itself."""

DENYING_SIGNS = "不|没|沒|无|無|非(?!常)|未|勿|ない|なかった|なく|ません|ずに|않|없|아니|아닌|ไม่|มิได้"
"""What denies inside a row of signs or a word, in Chinese, Japanese, Korean and Thai."""

NEGATIVE_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "ne", "nie", "не")
"""What turns a word into its opposite when it is put in front of it."""

YES_WORDS = _set("yes yeah correct true right ja oui si sí sim da да 是 对 はい 네 예 نعم हाँ evet tak")
NO_WORDS = _set("no nope incorrect false wrong nein non não nee nej нет 否 いいえ 아니요 لا नहीं hayır nie")
"""What an answer begins with that says yes or no."""

GERMAN_WORDS = _set(
    "der die das und ist nicht ein eine einen dem den mit von zu auf im es sich wird sind war"
)
"""Two of these make a text German, where every noun begins with a capital."""

PLAIN_WORDS = _set(
    "i i'm i'll i've i'd the a an it this that these those he she we they you there here in on at by "
    "for from with to of and but or if when while as because since after before so then also however "
    "therefore its his her their our your my what which who der die das ein eine es er sie wir ihr man "
    "dies diese dieser und aber wenn als im in am le la les un une il elle ce cette nous vous ils elles "
    "on et mais el los las una uno lo esto esta este y pero o os as um uma isto e mas gli i questo "
    "questa het de een dat dit hij zij en"
)
"""Words whose capital at the start of a sentence makes them no name."""
