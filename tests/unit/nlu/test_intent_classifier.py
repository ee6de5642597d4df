"""What a message is about: the topics and conversation acts, in English and Spanish, on phrases the model never saw."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from leeward.dialogue import topics
from leeward.nlu.intent_classifier import OUT_OF_SCOPE, ExamplesUnread, Guess, TopicModel, load_examples

DATA = Path(__file__).parents[3] / "data" / "nlu"
LANGUAGES = ("en", "es")
INTENTS = topics.learned()

UNSEEN = {
    "deficiency_question": {
        "en": ["will the bank sue me for whatever is still owed once the house sells", "do i have to pay the shortfall"],
        "es": ["el banco me puede reclamar lo que quede debiendo después de vender la casa", "tengo que pagar el faltante"],
    },
    "erase": {
        "en": ["could you please delete all of my answers from your files", "i want my information erased from here"],
        "es": ["quiero que borren todos mis datos de aquí", "por favor elimine toda mi conversación"],
    },
    "walk_away": {
        "en": ["what if we pack our stuff and leave the house to the bank", "i wanna walk away from my home"],
        "es": ["qué tal si agarramos todo y le dejamos la casa al banco", "quiero abandonar mi casa y ya no pagarla"],
    },
    "foreclosure_status": {
        "en": ["my house gets auctioned on the 22nd", "has the bank started foreclosing on us yet"],
        "es": ["van a subastar mi casa el día 22", "ya empezó el banco con el foreclosure de mi casa"],
    },
    "missed_payments": {
        "en": ["im like 5 payments behind since i lost my job", "how can i catch up on the payments i missed"],
        "es": ["voy como cinco pagos atrasado desde que perdí el trabajo", "cómo me pongo al día con los pagos"],
    },
    "options_question": {
        "en": ["what options do we have with an underwater house", "is there any program to help me keep my house"],
        "es": ["qué opciones tenemos si la casa vale menos", "hay algún programa para no perder mi casa"],
    },
    "bankruptcy": {
        "en": ["would a chapter 13 let me keep the house", "thinking of filing bankruptcy"],
        "es": ["con el capítulo 13 me quedo con la casa?", "estoy pensando en la bancarrota"],
    },
    "loan_modification": {
        "en": ["bank said no to my loan mod again", "how do i ask my lender to modify the loan"],
        "es": ["el banco otra vez dijo que no a la modificación", "cómo le pido al banco modificar el préstamo"],
    },
    "forbearance": {
        "en": ["can my lender pause the mortgage for 3 months", "forbearance is over and they want it all back"],
        "es": ["el banco puede pausar la hipoteca 3 meses", "se acabó el forbearance y lo quieren todo de golpe"],
    },
    "short_sale": {
        "en": ["would my bank approve a short sale", "got an offer on our short sale but the lender hasn't answered"],
        "es": ["el banco aprobaría un short sale", "tenemos oferta para la venta corta y el banco no responde"],
    },
    "deed_in_lieu": {
        "en": ["how does a deed in lieu work", "can i sign the deed over to the bank"],
        "es": ["cómo funciona el deed in lieu", "le puedo firmar la escritura al banco"],
    },
    "refinance_or_sell": {
        "en": ["could i refinance with my credit like this", "would it be better to sell my house now"],
        "es": ["podré refinanciar con mi crédito así", "será mejor vender mi casa ahora"],
    },
    "second_lien_or_heloc": {
        "en": ["i stopped paying my heloc", "the second mortgage company wants me to settle"],
        "es": ["dejé de pagar mi heloc", "los de la segunda hipoteca quieren un arreglo"],
    },
    "tax_question": {
        "en": ["do i owe the irs for the debt the bank forgave", "what is this 1099-c they mailed me"],
        "es": ["le debo al irs por la deuda que perdonó el banco", "qué es esta 1099-c que me mandaron"],
    },
    "scam_complaint": {
        "en": [
            "they asked 3000 up front to save my home, is it a scam",
            "i paid a foreclosure rescue company and they ran off",
        ],
        "es": [
            "pidieron 3000 por adelantado para salvar mi casa, es estafa?",
            "le pagué a unos para salvar la casa y se fueron",
        ],
    },
    "servicer_complaint": {
        "en": ["my servicer misapplied my payments and won't fix it", "they raised my escrow and no one explains it"],
        "es": ["la hipotecaria aplicó mal mis pagos y no lo arregla", "me subieron el escrow y nadie lo explica"],
    },
    "heir_or_estate": {
        "en": ["my uncle died and the mortgage was only his", "am i stuck with my late sisters house loan"],
        "es": ["mi tío murió y la hipoteca era solo de él", "me toca a mí el préstamo de mi difunta hermana"],
    },
    "divorce_or_cosigner": {
        "en": ["the divorce gave her the house but i'm still on the note", "i co-signed for my niece and she stopped paying"],
        "es": ["el divorcio le dio la casa a ella y yo sigo en el pagaré", "firmé como aval de mi sobrina y ya no paga"],
    },
    "reverse_mortgage": {
        "en": ["does grandpas reverse mortgage have to be paid now", "they called my moms reverse mortgage due"],
        "es": ["hay que pagar ya la hipoteca inversa de mi abuelo", "exigieron el reverse mortgage de mi mamá"],
    },
    "hoa_or_tax_sale": {
        "en": ["our hoa set a sale over unpaid dues", "the county auctioned my place for back taxes"],
        "es": ["el hoa puso fecha de venta por las cuotas", "el condado subastó mi casa por impuestos atrasados"],
    },
    "military": {
        "en": ["my wife is deployed and the bank is foreclosing", "does being active duty stop the sale"],
        "es": ["mi esposa está desplegada y el banco nos ejecuta", "estar en servicio activo para la venta?"],
    },
    "wages_and_assets": {
        "en": ["could they take money out of my bank account", "will part of my paycheck go to the bank"],
        "es": ["podrían sacar dinero de mi cuenta de banco", "se va a ir parte de mi sueldo al banco"],
    },
    "old_debt": {
        "en": ["can they still collect on a house i lost in 2008", "is a mortgage from 14 years back too old to sue over"],
        "es": ["todavía me cobran una casa que perdí en 2008", "una hipoteca de hace 14 años ya es muy vieja para demandar"],
    },
    "court_papers": {
        "en": ["got foreclosure court papers from a process server", "what happens if i never answer the complaint"],
        "es": ["me dieron papeles de la corte del foreclosure", "qué pasa si nunca contesto la demanda"],
    },
    "move_out_timing": {
        "en": ["what day do we have to be out by", "can the new owner kick us out right after the auction"],
        "es": ["qué día tenemos que estar fuera", "el nuevo dueño nos puede echar luego de la subasta"],
    },
    "cost_of_help": {
        "en": ["what will your lawyers charge me", "is there any free legal help"],
        "es": ["cuánto me van a cobrar sus abogados", "hay ayuda legal gratis"],
    },
    "contact_request": {
        "en": ["could a lawyer give me a call", "i want to talk to someone at your office"],
        "es": ["me puede marcar un abogado", "quiero hablar con alguien de su oficina"],
    },
    "crisis": {
        "en": ["i don't want to be alive anymore", "my husband beats me and i'm afraid"],
        "es": ["ya no quiero estar viva", "mi marido me golpea y tengo miedo"],
    },
    "out_of_scope": {
        "en": ["what's a good recipe for lasagna", "my ex won't pay child support"],
        "es": ["una buena receta de lasaña", "mi ex no paga la manutención"],
    },
    "inform": {
        "en": ["we owe 275k on it", "the home is in phoenix arizona"],
        "es": ["debemos 275 mil", "la casa está en phoenix arizona"],
    },
    "affirm": {"en": ["yes that's fine with me", "yeah ok"], "es": ["sí está bien", "sí claro que sí"]},
    "deny": {"en": ["no i don't think so", "nope not that"], "es": ["no, no creo", "no eso no"]},
    "dont_know": {"en": ["i really don't know that", "no idea sorry"], "es": ["la verdad no lo sé", "ni idea perdón"]},
    "skip": {"en": ["lets skip this question", "i prefer not to say"], "es": ["sáltese esta pregunta", "prefiero no decirle"]},
    "why_ask": {
        "en": ["why do you need to know that", "what's it for"],
        "es": ["para qué necesita saberlo", "por qué me lo pregunta"],
    },
    "how_know": {"en": ["what law is that from", "how do you know this"], "es": ["de qué ley es eso", "cómo sabe usted eso"]},
    "start_over": {"en": ["can we start all over", "restart this"], "es": ["podemos empezar otra vez", "reiniciar esto"]},
    "stop": {
        "en": ["stop messaging me please", "please unsubscribe me"],
        "es": ["ya no me mande mensajes por favor", "pare ya por favor"],
    },
    "greet": {"en": ["hello good morning", "hey there hi"], "es": ["hola muy buenas tardes", "buenos días hola"]},
    "thanks": {
        "en": ["thank you that was very helpful", "ok thanks so much"],
        "es": ["muchas gracias me sirvió", "ok mil gracias"],
    },
    "goodbye": {
        "en": ["ok bye talk later", "goodbye have a nice day"],
        "es": ["bueno adiós hasta luego", "nos vemos que esté bien"],
    },
    "summary": {
        "en": ["show me everything i told you", "give me a summary"],
        "es": ["muéstreme todo lo que le dije", "deme un resumen"],
    },
    "help": {
        "en": ["i don't understand what you mean", "how do you work"],
        "es": ["no entiendo qué quiere decir", "cómo me ayuda usted"],
    },
    "correct": {
        "en": ["sorry, it's 270 not 207", "no that's not what i meant"],
        "es": ["perdón, es 270 no 207", "no, eso no quise decir"],
    },
    "are_you_human": {
        "en": ["am i chatting with a bot", "are you a real lawyer"],
        "es": ["estoy hablando con un bot", "es abogado de verdad"],
    },
    "change_language": {
        "en": ["can you switch to spanish please", "i'd prefer to speak spanish"],
        "es": ["puede cambiar a inglés por favor", "prefiero hablar en español"],
    },
    "distress": {
        "en": ["im so stressed i can't sleep", "i feel so ashamed and scared"],
        "es": ["estoy tan estresado que no duermo", "siento mucha vergüenza y miedo"],
    },
}


@pytest.fixture(scope="session")
def examples() -> list[tuple[str, str]]:
    return load_examples(DATA)


@pytest.fixture(scope="session")
def model(examples: list[tuple[str, str]]) -> TopicModel:
    return TopicModel.train(examples, topics.acts())


def plain(text: str) -> str:
    """A line as a reader would compare it: no case, accents or punctuation (unless there is nothing else)."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", letters)) or letters


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_at_least_sixty_examples_in_each_language(language: str) -> None:
    counts = Counter(intent for _, intent in load_examples(DATA / language))
    assert set(counts) == INTENTS
    assert {intent: count for intent, count in counts.items() if count < 60} == {}
    assert counts[OUT_OF_SCOPE] >= 120


def test_no_line_stands_twice(examples: list[tuple[str, str]]) -> None:
    places = defaultdict(list)
    for text, intent in examples:
        places[plain(text)].append(intent)
    assert {line: intents for line, intents in places.items() if len(intents) > 1} == {}


def test_the_phrases_below_were_not_learned(examples: list[tuple[str, str]]) -> None:
    learned = {plain(text) for text, _ in examples}
    asked = {plain(phrase) for phrases in UNSEEN.values() for lines in phrases.values() for phrase in lines}
    assert asked & learned == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nine_of_ten_known_phrases_that_were_not_learned_are_still_understood(model: TopicModel, language: str) -> None:
    asked = [(phrase, intent) for intent, phrases in UNSEEN.items() for phrase in phrases[language]]
    wrong = [
        (phrase, intent, model.classify(phrase).topic) for phrase, intent in asked if model.classify(phrase).topic != intent
    ]
    assert len(wrong) <= len(asked) // 10, wrong


@pytest.mark.parametrize("intent", sorted(INTENTS))
def test_every_intent_is_understood_in_one_language_or_the_other(model: TopicModel, intent: str) -> None:
    guesses = [model.classify(phrase).topic for lines in UNSEEN[intent].values() for phrase in lines]
    assert guesses.count(intent) >= 2, guesses


@pytest.mark.parametrize("text", UNSEEN["crisis"]["en"] + UNSEEN["crisis"]["es"])
def test_a_known_crisis_phrase_is_still_recognised(model: TopicModel, text: str) -> None:
    assert model.classify(text).is_crisis


@pytest.mark.parametrize(
    "text",
    [
        "this loan is killing me",
        "my husband died last year",
        "drop dead gorgeous house",
        "este préstamo me está matando",
        "mi esposo murió el año pasado",
    ],
)
def test_dark_words_alone_are_no_crisis(model: TopicModel, text: str) -> None:
    assert not model.classify(text).is_crisis


def test_a_crisis_in_one_sentence_of_a_long_story_is_heard(model: TopicModel) -> None:
    story = (
        "We bought the house in 2015 and it went well for years. Then my hours were cut and we fell behind. "
        "The bank sent a letter about the auction. I want to kill myself. My wife does not know about the letter."
    )
    assert model.classify(story).is_crisis


def test_what_may_be_a_cry_is_worrying_and_plain_business_is_not(model: TopicModel) -> None:
    assert (
        model.classify("im ready to give up on everything").crisis_score > model.classify("what is a short sale").crisis_score
    )
    assert not model.classify("what is a short sale").is_possible_crisis


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Do I have to pay taxes on what they forgive?", "tax_question"),
        ("What is a short sale?", "short_sale"),
        ("If it sells for less than I owe, can the bank sue me for the rest?", "deficiency_question"),
    ],
)
def test_the_question_of_a_long_story_is_its_topic(model: TopicModel, question: str, topic: str) -> None:
    story = (
        "Hi good morning. My name is Ana and I live in Joliet, Illinois with my two kids. We bought the house in 2009 for 280. "
        "The loan is with Chase. I make 3,200 a month. "
    )
    assert model.classify(story + question).topic == topic


def test_a_ranking_is_a_probability_for_every_class_likeliest_first(model: TopicModel) -> None:
    guess = model.classify("can i do a short sale")
    confidences = [confidence for _, confidence in guess.ranking]
    assert {name for name, _ in guess.ranking} == INTENTS
    assert sum(confidences) == pytest.approx(1)
    assert confidences == sorted(confidences, reverse=True)
    assert (guess.topic, guess.confidence) == guess.ranking[0]


def test_confidence_tells_a_clear_message_from_an_unclear_one(model: TopicModel) -> None:
    clear = model.classify("how do i apply for a loan modification with my bank")
    unclear = model.classify("the thing with the letter")
    assert clear.confidence > 0.9
    assert unclear.confidence < 0.7


@pytest.mark.parametrize("text", ["can they take away my trophy for cheating", "the committee voted on the ferry terminal"])
def test_what_resembles_nothing_known_is_out_of_scope(model: TopicModel, text: str) -> None:
    assert model.classify(text).topic == OUT_OF_SCOPE


def test_a_learned_line_is_nearer_than_a_strange_one(model: TopicModel, examples: list[tuple[str, str]]) -> None:
    learned = next(text for text, intent in examples if intent == "short_sale")
    assert model.classify(learned).nearest == pytest.approx(1, abs=0.01)
    assert model.classify("the fourth moon of saturn orbits in silence").nearest < 0.6


@pytest.mark.parametrize("text", ["", "   ", "\x00\x07", "\u200b"])
def test_nothing_to_go_by_is_out_of_scope_without_confidence(model: TopicModel, text: str) -> None:
    assert model.classify(text) == Guess(OUT_OF_SCOPE, 0.0, ((OUT_OF_SCOPE, 0.0),), 0.0)


@pytest.mark.parametrize(
    "text",
    ["😀😀😀", "مرحبا كيف حالك", "<b>hi</b><script>alert(1)</script>", '{"text": "hi", "n": [1, 2]}', "/restart", "?" * 50],
)
def test_odd_texts_are_read_as_text(model: TopicModel, text: str) -> None:
    assert model.classify(text).topic in INTENTS


def test_what_follows_the_first_three_thousand_characters_changes_nothing(model: TopicModel) -> None:
    start = "I am two months behind on the mortgage. " * 75
    assert model.classify(start + "Thank you. " * 700) == model.classify(start)


def test_case_accents_and_amounts_do_not_change_the_topic(model: TopicModel) -> None:
    assert model.classify("LA MODIFICACION ME LA NEGARON").topic == model.classify("la modificación me la negaron").topic
    assert model.classify("i owe $310,000 on it").ranking == model.classify("i owe $95,400 on it").ranking


def test_a_model_is_the_same_after_saving_and_loading(model: TopicModel, tmp_path: Path) -> None:
    model.save(tmp_path / "topics.model")
    loaded = TopicModel.load(tmp_path / "topics.model")
    for text in ("can they sue me for the rest", "hola, me pueden llamar", "what is the weather"):
        before, after = model.classify(text), loaded.classify(text)
        assert after.topic == before.topic
        assert dict(after.ranking) == pytest.approx(dict(before.ranking), abs=1e-3)


def test_the_same_examples_give_the_same_file(tmp_path: Path) -> None:
    few = [
        ("hello there", "greet"),
        ("hello good day", "greet"),
        ("what is the weather", OUT_OF_SCOPE),
        ("hello weather", OUT_OF_SCOPE),
    ] * 3
    for name in ("first", "second"):
        TopicModel.train(few, topics.acts()).save(tmp_path / name)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_training_needs_two_topics_and_one_in_scope() -> None:
    with pytest.raises(ValueError, match="at least two topics"):
        TopicModel.train([("hello", "greet")], topics.acts())
    with pytest.raises(ValueError, match="in scope"):
        TopicModel.train([("what is the weather", OUT_OF_SCOPE)], topics.acts())


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "topics.model").write_text("not a model")
    with pytest.raises(ValueError, match="pickled"):
        TopicModel.load(tmp_path / "topics.model")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("nlu:\n- intent: greet\n examples: x", "en.yml, line 3 is no YAML"),
        ("- hello", "en.yml needs a list `nlu`"),
        ("nlu:\n- intent: greet", "en.yml needs a list `nlu`"),
        ("", "en.yml needs a list `nlu`"),
    ],
)
def test_a_file_of_examples_that_cannot_be_read_is_named(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "en.yml").write_text(content, encoding="utf-8")
    with pytest.raises(ExamplesUnread, match=re.escape(sentence)):
        load_examples(tmp_path)
