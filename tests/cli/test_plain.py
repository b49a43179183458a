from modelswitch_cli._plain import plain


def test_text_is_shown_as_it_is_without_what_steers() -> None:
    assert plain("a\x1b[31m\tb\r\nc\u2066") == "a�[31m\tb\nc�"
    assert plain("\u200e\u2028\x9b2J") == "���2J"
    assert plain("one  two\nthree", longest=9) == "one two …"
