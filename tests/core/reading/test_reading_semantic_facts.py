import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelswitch_core.reading._semantic_facts import Facts, differ_in_count_or_denial_alone, facts_differ
from tests.core.reading import fact_pairs

NUMBERS_AND_DATES = [
    ("The tower is 330 metres tall.", "The tower is 324 metres tall."),
    ("It takes three days.", "It takes four days."),
    ("Three days are needed.", "Four days are needed."),
    ("The treaty was signed on 5 May 1992.", "The treaty was signed on 5 June 1992."),
    ("Signed on 2020-05-03.", "Signed on 2020-03-05."),
    ("3 May 2020", "March 5, 2020"),
    ("The shop opens on Monday.", "The shop opens on Tuesday."),
    ("le 3 mai 2020", "le 3 juin 2020"),
    ("en mayo", "en junio"),
    ("It costs $5.", "It costs $50."),
    ("-5 degrees", "5 degrees"),
    ("She won the first prize.", "She won the third prize."),
    ("三个苹果在桌子上", "四个苹果在桌子上"),
    ("The train leaves at 10:30.", "The train leaves at 10:45."),
    ("It rose by 5 percent.", "It rose by 15 percent."),
    ("Founded in the 1990s", "Founded in the 1980s"),
    ("Version 2.1.3 fixed it", "Version 2.1.4 fixed it"),
    ("half of them", "a third of them"),
    ("twenty people", "thirty people"),
    ("Einundzwanzig Leute", "Zweiundzwanzig Leute"),
    ("vingt personnes", "trente personnes"),
    ("Es dauert zwei Stunden.", "Es dauert drei Stunden."),
    ("Hace dos años", "Hace tres años"),
    ("in January", "in February"),
    ("im Januar", "im Februar"),
    ("в январе", "в феврале"),
    ("1月に始まる", "2月に始まる"),
    ("on Tuesday night", "on Thursday night"),
    ("en lundi", "en mardi"),
    ("It is older than 5.", "It is older than 5.5."),
    ("$3 million", "$3 billion"),
    ("Between 5 and 10", "Between 10 and 5"),
    ("the first emperor", "the second emperor"),
]
NAMES = [
    ("Paris is the capital.", "Lyon is the capital."),
    ("The capital is Paris.", "The capital is Lyon."),
    ("It was written by Leo Tolstoy.", "It was written by Fyodor Dostoevsky."),
    ("Alice paid Bob.", "Bob paid Alice."),
    ("Der Chef ist Herr Meier.", "Der Chef ist Herr Schulze."),
    ("巴黎是法国的首都。", "里昂是法国的首都。"),
    ("東京は日本の首都です。", "大阪は日本の首都です。"),
    ("القاهرة هي عاصمة مصر", "الإسكندرية هي عاصمة مصر"),
    ("столица — Москва, это большой город", "столица — Киев, это большой город"),
    ("Ada Lovelace wrote the program in London.", "The program was written by Grace Hopper in London."),
    ("the answer is paris", "the answer is lyon"),
    ("The author is J. K. Rowling.", "The author is Stephen King."),
    ("Angela Merkel war Kanzlerin.", "Helmut Kohl war Kanzler."),
    ("Автор романа — Лев Толстой.", "Автор романа — Фёдор Достоевский."),
    ("Ο συγγραφέας είναι ο Όμηρος.", "Ο συγγραφέας είναι ο Πλάτων."),
    ("작가는 김영하입니다", "작가는 한강입니다"),
    ("He plays for Real Madrid.", "He plays for Barcelona."),
    ("NASA launched it.", "ESA launched it."),
    ("Iran won.", "Iraq won."),
    ("Austria is neutral.", "Australia is neutral."),
    (
        "I recommend Python for this task because of its libraries.",
        "I would recommend Java for this task because of its many libraries.",
    ),
    ("Die Hauptstadt ist Wien.", "Die Hauptstadt ist Bern."),
    ("La capital es Lima.", "La capital es Quito."),
    ("version A", "version B"),
    ("Vitamin C", "Vitamin D"),
]
DENIALS = [
    ("The drug is safe for children.", "The drug is not safe for children."),
    ("It works.", "It doesn't work."),
    ("The drug is safe.", "The drug is never safe."),
    ("Das Mittel ist sicher.", "Das Mittel ist nicht sicher."),
    ("Le médicament est sûr.", "Le médicament n'est pas sûr."),
    ("El fármaco es seguro.", "El fármaco no es seguro."),
    ("Il farmaco è sicuro.", "Il farmaco non è sicuro."),
    ("O remédio é seguro.", "O remédio não é seguro."),
    ("Лекарство безопасно.", "Лекарство не безопасно."),
    ("这种药是安全的。", "这种药是不安全的。"),
    ("この薬は安全です。", "この薬は安全ではありません。"),
    ("이 약은 안전하다.", "이 약은 안전하지 않다."),
    ("الدواء آمن", "الدواء ليس آمنا"),
    ("यह दवा सुरक्षित है", "यह दवा सुरक्षित नहीं है"),
    ("Ilaç güvenli.", "Ilaç güvenli değil."),
    ("Lek jest bezpieczny.", "Lek nie jest bezpieczny."),
    ("Lék je bezpečný.", "Lék není bezpečný."),
    ("Het middel is veilig.", "Het middel is niet veilig."),
    ("Medlet är säkert.", "Medlet är inte säkert."),
    ("Lääke on turvallinen.", "Lääke ei ole turvallinen."),
    ("Thuốc này an toàn.", "Thuốc này không an toàn."),
    ("Obat ini aman.", "Obat ini tidak aman."),
    ("ยานี้ปลอดภัย", "ยานี้ไม่ปลอดภัย"),
    ("A gyógyszer biztonságos.", "A gyógyszer nem biztonságos."),
    ("התרופה בטוחה", "התרופה לא בטוחה"),
    ("Το φάρμακο είναι ασφαλές.", "Το φάρμακο δεν είναι ασφαλές."),
    ("The act is legal.", "The act is illegal."),
    ("Yes, it may be used.", "No, it may be used."),
    ("You can use it.", "You can't use it."),
    ("Tea with milk.", "Tea without milk."),
    ("Ceaiul este bun.", "Ceaiul nu este bun."),
    ("Ліки безпечні.", "Ліки не безпечні."),
    ("Medicinen er sikker.", "Medicinen er ikke sikker."),
    ("Es gibt Gründe.", "Es gibt keine Gründe."),
    ("Il y a des raisons.", "Il n'y a pas de raisons."),
    ("Hay razones.", "No hay razones."),
    ("ওষুধ নিরাপদ", "ওষুধ নিরাপদ না"),
    ("Dawa ni salama.", "Dawa si salama."),
    ("He is always late", "He is never late"),
]
SAME = [
    ("The tower is 330 metres tall.", "It has a height of 330 m."),
    ("It takes 3 days.", "Three days are needed."),
    ("Signed on May 3, 2020.", "It was signed on 3 May 2020."),
    ("Signed on 2020-05-03.", "It was signed on 3 May 2020."),
    ("Paris is the capital of France.", "The capital of France is Paris."),
    ("No, the drug is not safe.", "The drug is not safe."),
    ("1,000 people came.", "There were 1000 people."),
    (
        "The sky is blue because air scatters short waves more.",
        "Blue light is scattered more by the air, so the sky looks blue.",
    ),
    (
        "Das Auto ist rot und schnell, und der Fahrer ist alt.",
        "Der Wagen ist rot und schnell, und am Steuer sitzt ein Greis.",
    ),
    ("巴黎是法国的首都。", "法国的首都是巴黎。"),
    ("1. Wash it\n2. Dry it", "- Wash it\n- Then dry it"),
    ("He can't swim.", "He cannot swim."),
    ("It’s London’s oldest bridge.", "It is the oldest bridge in London."),
    ("A cat sat on the mat.", "The cat sat on the mat."),
    (
        "Bombay hat viele Einwohner und ist die größte Stadt.",
        "Die größte Stadt ist Bombay mit der größten Zahl.",
    ),
    ("Конференция прошла в Москве.", "Местом конференции была Москва."),
    ("The code 2020-99-05 is used.", "Code 2020-99-05 is the one in use."),
]


NAMES += fact_pairs.NAMES
NUMBERS_AND_DATES += fact_pairs.COUNTS
DENIALS += [*fact_pairs.DENIALS, *fact_pairs.COMPARISONS, *fact_pairs.ROLES]
SAME += fact_pairs.SAME


def differ(a: str, b: str) -> bool:
    return facts_differ(Facts(a), Facts(b))


@pytest.mark.parametrize(("a", "b"), [*NUMBERS_AND_DATES, *NAMES, *DENIALS])
def test_texts_that_differ_in_a_fact_are_not_the_same(a: str, b: str) -> None:
    assert differ(a, b)
    assert differ(b, a)
    assert not differ(a, a)
    assert not differ(b, b)


@pytest.mark.parametrize(("a", "b"), SAME)
def test_other_words_for_the_same_facts_are_left_to_the_model(a: str, b: str) -> None:
    assert not differ(a, b)
    assert not differ(b, a)


@pytest.mark.parametrize(
    ("a", "b", "alone"),
    [
        ("It is 5 m long.", "It is 6 m long.", True),
        ("It is long.", "It is not long.", True),
        ("It is long.", "It is Paul.", False),
        ("It is 5 m long.", "Its length is 6 m.", False),
        ("It is 5 m long.", "it is 5 m long", False),
    ],
)
def test_what_is_alike_but_for_numbers_and_denials(a: str, b: str, alone: bool) -> None:
    assert differ_in_count_or_denial_alone(Facts(a), Facts(b)) is alone
    assert differ_in_count_or_denial_alone(Facts(b), Facts(a)) is alone


def test_what_is_counted_or_linked_is_compared_near_by_alone() -> None:
    long = "word " * 100
    assert not differ(f"{long} The dog bit the man", f"{long} The man bit the dog")
    assert differ("5 full and well filled glasses", "6 full and well filled glasses")


def test_texts_too_long_to_be_looked_at_differ_unless_they_are_equal() -> None:
    text = "The dog bit the man. " * 10_000
    assert not differ(text, text.upper())
    assert differ(text, text + "Yes.")
    assert differ(text, "The dog bit the man.")


WORDS = st.sampled_from(
    [
        "the",
        "The",
        "Paris",
        "Лондон",
        "Лондоне",
        "not",
        "isn't",
        "3",
        "-3",
        "three",
        "May",
        "2020-05-03",
        "巴黎",
        "不",
        ".",
        "more",
        "less",
        "hours",
        "minutes",
        "%",
        "$",
        "bit",
        "iPhone",
        "far from",
    ]
)
TEXTS = st.one_of(st.lists(WORDS, max_size=8).map(" ".join), st.text(max_size=40))


@given(TEXTS, TEXTS)
def test_it_never_raises_and_is_symmetric_and_reflexive(a: str, b: str) -> None:
    assert differ(a, b) is differ(b, a)
    assert not differ(a, a)


@given(TEXTS, st.integers(0, 999), st.integers(0, 999))
def test_another_number_is_another_meaning(text: str, a: int, b: int) -> None:
    one, other = f"{text} and {a + 1000} pears", f"{text} and {b + 1000} pears"
    assert differ(one, other) is (a != b)
