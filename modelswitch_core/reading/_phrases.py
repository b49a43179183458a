"""How people announce a final answer: a table, language by language.

A phrase is a noun ("answer"), perhaps what it belongs to ("to this question"), and a link ("is", a colon).
Where a language needs no link, the noun stands under `bare`. Nouns may follow any words, so "the final answer
is" needs no row of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from modelswitch_core.reading._pattern import pattern


@dataclass(frozen=True, slots=True)
class Announcement:
    """How one language announces an answer.

    Args:
        language: Its English name, for the reader of this table.
        nouns: The word for the answer; a link or a colon must follow.
        belonging: What may stand between noun and link.
        links: The words that join the noun to the answer.
        bare: Phrases after which the answer follows at once.
        before_digits: Whether a number or a letter may follow a noun at once.
    """

    language: str
    nouns: tuple[str, ...]
    belonging: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    before_digits: bool = False


ANNOUNCEMENTS = (
    Announcement(
        "English",
        ("answer", "ans", "correct option", "correct choice", "best option", "best choice", "right option",
         "right choice", "correct statement", "final result"),
        (
            "to this question", "to the question", "to your question", "to this problem", "to the problem",
            "for this question", "for this problem", "to the nearest whole number", "choice", "option",
            "here",
        ),
        ("is", "are", "would be", "will be", "should be", "must be", "equals", "becomes", "is therefore",
         "is thus", "is indeed", "is then"),
    ),
    Announcement(
        "Chinese",
        ("答案", "正确选项", "正確選項", "正确的选项", "正確的選項"),
        (),
        ("是", "为", "應該是", "应该是", "应为", "就是", "為"),
        ("故选", "应选", "答案选", "故選", "應選", "答案選", "故选择", "应选择",
         "答案选择", "應選擇", "答案選擇"),
    ),
    Announcement(
        "Spanish",
        ("respuesta", "opción correcta", "alternativa correcta", "resultado final"),
        ("final", "correcta", "a esta pregunta", "a la pregunta", "a este problema", "al problema",
         "de esta pregunta"),
        ("es", "sería", "será", "es entonces", "es, por lo tanto,", "es, por tanto,", "es por tanto"),
    ),
    Announcement(
        "French",
        ("réponse", "reponse", "option correcte", "bonne option", "bon choix", "résultat final"),
        ("finale", "correcte", "à cette question", "à la question", "à ce problème", "au problème",
         "de cette question"),
        ("est", "serait", "sera", "est donc", "est alors", "est ainsi", "sera donc"),
    ),
    Announcement(
        "German",
        ("antwort", "endergebnis", "lösungswort", "richtige option", "richtige lösung"),
        ("auf diese frage", "auf die frage", "auf diese aufgabe", "zu dieser frage"),
        ("ist", "lautet", "wäre", "ist also", "lautet also", "ist somit", "lautet somit", "ist daher",
         "lautet daher", "ist demnach", "lautet demnach"),
    ),
    Announcement(
        "Russian",
        ("ответ", "ответом", "правильный вариант", "верный вариант"),
        ("на этот вопрос", "на вопрос", "на задачу", "на эту задачу", "к задаче", "к этой задаче"),
        ("—", "–", "-", "это", "равен", "будет", "является", "таков"),
    ),
    Announcement(
        "Japanese",
        ("答え", "答", "解答", "回答", "正解", "正しい選択肢"),
        (),
        ("は",),
    ),
    Announcement(
        "Thai",
        ("คำตอบ", "ตอบ", "ข้อที่ถูกต้อง", "ตัวเลือกที่ถูกต้อง"),
        ("สุดท้าย", "ของคำถามนี้", "สำหรับคำถามนี้", "ที่ถูกต้อง", "ของโจทย์นี้", "ของปัญหานี้"),
        ("คือ", "เป็น", "เท่ากับ"),
        before_digits=True,
    ),
    Announcement(
        "Bengali",
        ("উত্তর", "উত্তরটি", "সঠিক বিকল্প", "সঠিক বিকল্পটি"),
        (),
        ("হল", "হলো", "হবে", "হচ্ছে"),
        ("প্রশ্নের উত্তর", "চূড়ান্ত উত্তর"),
        before_digits=True,
    ),
    Announcement(
        "Swahili",
        ("jibu", "chaguo"),
        ("la swali hili", "la swali", "la mwisho", "sahihi", "kwa swali hili", "la tatizo hili"),
        ("ni", "litakuwa"),
    ),
    Announcement(
        "Telugu",
        ("సమాధానం", "జవాబు", "సరైన ఎంపిక"),
        (),
        ("ఏమిటంటే", "అంటే"),
        ("ప్రశ్నకు సమాధానం", "ప్రశ్నకు జవాబు", "తుది సమాధానం", "చివరి సమాధానం"),
        before_digits=True,
    ),
)  # fmt: skip

CONCLUSIONS = (
    "therefore", "so", "thus", "hence", "in total", "total", "altogether", "overall", "finally",
    "in the end", "in conclusion", "that makes", "that leaves", "this means", "which means", "there are",
    "there were", "there will be", "there would be",
    "因此", "所以", "综上所述", "綜上所述", "综上", "由此可见", "总之",
    "一共", "总共", "總共", "共有", "最终", "最后",
    "por lo tanto", "por tanto", "entonces", "así que", "en total", "finalmente",
    "en conclusión", "por consiguiente",
    "donc", "ainsi", "au total", "par conséquent", "finalement", "en conclusion",
    "also", "daher", "somit", "deshalb", "insgesamt", "folglich", "demnach",
    "таким образом", "значит", "следовательно", "итого", "всего", "поэтому", "итак", "в итоге", "в сумме",
    "したがって", "よって", "つまり", "合計", "全部で", "だから", "従って", "ゆえに", "以上より",
    "ดังนั้น", "รวม", "ทั้งหมด", "เพราะฉะนั้น", "สรุป", "โดยสรุป",
    "সুতরাং", "তাই", "অতএব", "মোট",
    "kwa hivyo", "kwa hiyo", "hivyo", "jumla", "basi",
    "కాబట్టి", "అందువల్ల", "అందువలన", "మొత్తం", "కనుక",
)  # fmt: skip
"""Words that a conclusion begins with: the number that ends such a sentence is what was asked for."""

SENTENCE_TAILS = (
    "になります", "となります", "である", "でした", "です", "だ", "円です", "ครับ", "ค่ะ", "హో", "হবে", "টি",
)  # fmt: skip
"""What a language puts after the answer to end the sentence; dropped from the end of a value."""

BOX_WORDS = (
    "encadré", "encadrée", "boîte", "caja", "recuadro", "enmarcado", "umrahmt", "в коробке", "в рамке",
    "ボックス", "方框", "盒子",
    "กล่อง", "বাক্সযুক্ত", "বক্সযুক্ত", "বাক্স", "iliyowekwa", "iliyowekwa kwenye sanduku", "sanduku",
    "బాక్స్", "పెట్టె",
)  # fmt: skip
"""What a model makes of `\\boxed` when it translates the prompt along with the question."""


def _word_pattern(words: tuple[str, ...]) -> str:
    """The words as alternatives, longest first, each space matching a short run of white space."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s{1,3}") for word in ordered)


CONCLUSION = pattern(
    r"[\W_]{0,8}(?:(?:and|but|now|y|et|und|и)\s{1,2})?(?:" + _word_pattern(CONCLUSIONS) + r")(?![A-Za-z])",
    re.IGNORECASE,
)
"""The beginning of a conclusion."""

_MARKS = r"[\s*_\"”'’)\]]{0,6}"
_EDGE = r"(?<![^\W\d_])"


def has_edge(word: str) -> bool:
    """Whether a word is of a script that puts something between words, such as Latin or Cyrillic."""
    return word[0].isalpha() and ord(word[0]) < 0x0500


def _noun_pattern(announcement: Announcement) -> str:
    words = announcement.nouns + announcement.bare
    edge = _EDGE if has_edge(announcement.nouns[0]) else ""
    return f"{edge}(?:{_word_pattern(words)})"


NOUN = pattern("|".join(f"({_noun_pattern(row)})" for row in ANNOUNCEMENTS), re.IGNORECASE)
"""One group for each row of the table, so that the group tells the row."""


def _link_pattern(row: Announcement) -> re.Pattern[str]:
    belonging = f"(?:\\s{{0,3}}(?:{_word_pattern(row.belonging)}))?" if row.belonging else ""
    words = _word_pattern(row.links)
    latin = row.links[-1][0].isascii()
    # A link word ends where a word ends, or "is" would be found in "isn't" and "issue".
    link = f"\\s{{0,3}}{_MARKS}(?:{words})" + (r"(?![\w'’])" if latin else "")
    number = r"|\s{0,3}(?=[$₹€£-]?\d|\(?[A-J]\b)" if row.before_digits else ""
    return pattern(f"{belonging}(?:{_MARKS}[:：=】]|{link}{_MARKS}[:：]?{number})", re.IGNORECASE)


LINKS = tuple(_link_pattern(row) for row in ANNOUNCEMENTS)
"""What joins the noun to the answer, matched right after the noun; one for each row."""

BARE = tuple(
    pattern(f"(?:{_word_pattern(row.bare)})\\Z", re.IGNORECASE) if row.bare else None for row in ANNOUNCEMENTS
)
"""Whether a noun phrase needs no link; one for each row."""

HEADING_BEFORE = pattern(
    r"^[#>*_\s]{0,8}(?:\d{1,2}[.)]\s{0,3})?(?:final\s{1,3})?\Z", re.IGNORECASE | re.MULTILINE
)
HEADING_BEHIND = pattern(r"[*_:：\s]{0,6}$", re.MULTILINE)
"""What stands around a noun that is alone on its line, as in a heading; the answer is on the next one."""

DASH = pattern(_MARKS + r"\s{1,3}[-–—]{1,2}\s{1,3}(?=\S)(?![^\n=]{0,80}=)")
"""A dash in place of the colon behind a noun that begins its line; in "answer - 3 = 5" it is a minus."""

QUESTION = pattern(r"^[\W_]{0,8}(?:Q|Question)\s?\d{0,3}\s?[:.]", re.IGNORECASE | re.MULTILINE)
ANSWER_LABEL = pattern(r"^[*_>\s]{0,8}A\s?\d{0,3}[*_]{0,2}:[*_]{0,2}\s{1,3}(?=\S)", re.MULTILINE)
OPTION_LABEL = pattern(r"^[*_>\s-]{0,8}B[*_]{0,2}:", re.MULTILINE)
"""The labels of a transcript, "Q: … A: 8", and of a list of options, in which "A:" is one of them."""

EXPLANATION = pattern(
    r"\W{0,8}(?:explanation|explained|reasoning|reasons?|justification|here(?:['’]s|\sis)\s(?:why|how|the\s(?:breakdown|calculation))"
    r"|(?:the\s)?(?:breakdown|calculations?)|because|step[\s-]by[\s-]step"
    r"|explicación|razonamiento|explication|raisonnement|erklärung|begründung|объяснение|обоснование|пояснение"
    r"|解释|解析|理由|解説|説明|คำอธิบาย|ব্যাখ্যা|maelezo|వివరణ)(?!\w)",
    re.IGNORECASE,
)
"""How a line begins that gives reasons for the answer on the line before it."""

FAREWELL = pattern(
    r"\W{0,8}(?:(?:I|we)\s(?:really\s)?hope|hope\s(?:this|that|it)|(?:please\s|just\s)?(?:let\sme\sknow|feel\sfree)"
    r"|if\syou\s(?:have|need|want|would)|would\syou\slike|do\syou\s(?:want|need)|want\sme\sto|(?:shall|should)\s(?:I|we)|is\sthere\sanything|thank|good\sluck|happy\sto|glad\sto"
    r"|希望|如果您|如有|espero\sque|si\stienes|j['’]espère|n['’]hésite|ich\shoffe|надеюсь|если\sу\sвас"
    r"|ご不明|お役に立て|หวังว่า|আশা\sকরি|natumai|ఆశిస్తున్నాను)",
    re.IGNORECASE,
)
"""How a line of courtesy begins. It is never an answer."""

UNFINISHED = pattern(
    r"\W{0,8}(?:[^\W\d_]{1,20}[\s,]{1,3}){0,3}(?:"
    + "|".join(
        f"(?:{_noun_pattern(row)})"
        + (f"(?:\\s{{0,3}}(?:{_word_pattern(row.belonging)}))?" if row.belonging else "")
        + f"(?:\\s{{0,3}}(?:{_word_pattern(row.links)}))?"
        for row in ANNOUNCEMENTS
    )
    + r")\W{0,8}",
    re.IGNORECASE,
)
"""A line that announces an answer and breaks off before it."""
