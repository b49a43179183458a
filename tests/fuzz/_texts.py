"""From a fuzzer's bytes to texts in the readers' own syntax, so that it need not invent a box by letters."""

FRAGMENTS = (
    # boxes, and what stands in them
    "\\boxed{", "\\fbox{", "\\boxed ", "}", "{", "\\{", "\\}", "\\text{", "\\frac{", "}{", "\\dfrac",
    "\\sqrt{", "\\sqrt[", "^{", "^", "_", "\\left(", "\\right)", "\\pi", "\\infty", "\\cup", "\\pm",
    "\\le", "\\circ", "\\begin{pmatrix}", "\\end{pmatrix}", "&", "\\\\", "\\binom{", "\\sin", "\\log_",
    "!", "\\cdot ", "\\times ", "\\%", "\\$", "\\,", "{,}", "~", "\\quad", "\\sum", "\\int_", "\\lim_{",
    "\\approx", "encadré{", "方框{",
    # places
    "####", "\n#### ", "The answer is ", "the final answer is: ", "Answer:", "**Answer**\n", "答案是",
    "答案:", "उत्तर", "উত্তর", "คำตอบคือ", "ответ: ", "respuesta es ", "答え: ", "です", "So ",
    "because ", "\n", "\n\n", "<think>", "</think>", "<thinking>", "<<1+1=2>>", "<<", ">>", "```",
    "```json\n", "\n```", "**", "__", "*", "`", "$", "$$", "\\(", "\\)", "\\[", "\\]", "> ", "- ", "# ",
    # numbers
    "0", "1", "2", "3", "7", "12", "007", "99", "1,234", "1.234,5", "1 234", "12'345", "0.5", ".5",
    "5.", "1/2", "-1/0", "1 1/2", "½", "⅓", "٤", "३", "７", "²", "⁻¹", "1e9", "E-400", "e999999999",
    "10^", "9^9", "× 10^", "%", " percent", "USD ", "€", "₹", " million", "万", " km/h", " cm^2", "-",
    "−", "–", "+", "=", "≈", "/", "<", ">", "1234567890", "1" * 40,
    # options, dates, words
    "A", "(B)", "C.", "D) ", "E:", "option ", " or ", " and ", "both ", "I", "x", "y", "x=", "f(x)",
    "pears ", "July 4, 1999", "7/4/1999", "1999-02-30", "4.7.99", "31 ", " Jan ", " 2020", "年", "月",
    "日", "T12:00", "Monday, ",
    # objects and calls
    '{"a": ', '"', "'", ":", ",", "[", "]", "[1, 2]", "true", "null", "NaN", "Infinity", "-0.0",
    "1e400", '{"name": "f", "arguments": {"q": 1}}', '\\"', "\\u0000", "\\ud800", '{"a": 1}', '"day"',
    # what breaks careless code
    " ", "\t", "\r", "\x00", "\x1f", "\u00a0", "\u2028", "\u202e", "\u2066", "\u200d", "\ufeff",
    "\ud800", "\udfff", "\u0301", "\U0001f600", "ﬁ", "ß", "İ", ".", ";", "(", ")", "?", "…", "|", "\\",
    "\\ ", "\\a",
    # what Python, transcripts and other calendars write
    "{'a': ", "'b'", "None", "True", ",}", "\\x41", "Q: ", "\nA: ", "\nB: ", " - ", " พ.ศ. 2567", " มกราคม ",
    "\nConfidence: 95%", " of the ", " to reach ", " in total", "\nExplanation: ",
)  # fmt: skip
"""Pieces that the readers have a rule for, and characters that careless code trips over."""

assert len(FRAGMENTS) < 250

_OTHER_CHARACTER = 253
_AGAIN = 254
_SECOND_TEXT = 255
_LONGEST = 5_000


def case_of(data: bytes, readers: int) -> tuple[int, str, str]:
    """The reader's number and two texts, the second one empty where the bytes hold only one.

    Args:
        data: A byte stands for a fragment; 253 and two more for any character; 254 and one more repeat all
            that the text has so far, up to 256 times and 5,000 characters; 255 begins the second text.
        readers: How many there are.
    """
    if not data:
        return 0, "", ""
    texts = [""]
    position = 1
    while position < len(data):
        byte, following = data[position], data[position + 1 : position + 3]
        position += 1
        if byte == _OTHER_CHARACTER and len(following) == 2:
            texts[-1] += chr(int.from_bytes(following, "big"))
            position += 2
        elif byte == _AGAIN and following:
            texts[-1] = (texts[-1] * (following[0] + 1))[:_LONGEST]
            position += 1
        elif byte == _SECOND_TEXT and len(texts) == 1:
            texts.append("")
        else:
            texts[-1] += FRAGMENTS[byte % len(FRAGMENTS)]
    return data[0] % readers, texts[0], texts[1] if len(texts) > 1 else ""
