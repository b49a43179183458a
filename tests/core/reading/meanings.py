"""Pairs of answers on which the threshold of embeddings was measured."""

SAME = [
    (
        "The sky looks blue because air scatters short wavelengths of sunlight more than long ones.",
        "Sunlight's shorter wavelengths are scattered more strongly by the air, so the sky appears blue.",
    ),
    (
        "You should restart the router and then check the cable.",
        "Reboot the router first, and after that make sure the cable is plugged in.",
    ),
    (
        "The company was founded by two brothers who sold bicycles.",
        "Two brothers selling bicycles started the company.",
    ),
    (
        "Plants need light to turn water and carbon dioxide into sugar.",
        "With the help of light, plants make sugar out of carbon dioxide and water.",
    ),
    (
        "The meeting was postponed because the manager was ill.",
        "Since the manager was sick, they put the meeting off.",
    ),
    (
        "Salt lowers the freezing point of water, so roads stay free of ice.",
        "Roads do not ice over because salted water freezes at a lower temperature.",
    ),
    (
        "The function returns an empty list when nothing matches.",
        "If there is no match, an empty list is what the function gives back.",
    ),
    (
        "The patient should rest and drink plenty of fluids.",
        "Plenty of fluids and rest are recommended for the patient.",
    ),
    (
        "Bread rises because yeast produces gas that is trapped in the dough.",
        "Yeast gives off gas which, held in the dough, makes bread rise.",
    ),
    (
        "The main cause of the accident was the driver's tiredness.",
        "The accident happened chiefly because the driver was tired.",
    ),
    (
        "Tides are caused by the gravity of the moon and the sun.",
        "The moon's and the sun's gravitational pull produces the tides.",
    ),
    (
        "He lost the case because the key witness changed her story.",
        "As the key witness altered her testimony, he did not win the case.",
    ),
    (
        "The museum is closed for repairs until further notice.",
        "Until further notice, the museum is shut while repairs are made.",
    ),
    (
        "Cats purr when they feel safe, but also when they are in pain.",
        "A cat may purr from contentment and also from pain.",
    ),
    (
        "The price rose because demand grew faster than supply.",
        "Demand outgrew supply, which pushed the price up.",
    ),
    (
        "Encryption keeps others from reading the message.",
        "The message is encrypted so that nobody else can read it.",
    ),
    (
        "The bridge collapsed as its bolts had rusted through.",
        "Rusted bolts led to the collapse of the bridge.",
    ),
    (
        "To save the file, press the button in the upper right corner.",
        "Click the button at the top right to save your file.",
    ),
    (
        "Glass is made by melting sand at high temperature.",
        "Sand is melted at great heat to make glass.",
    ),
    (
        "The novel tells of a sailor who hunts a whale out of revenge.",
        "It is a novel about a seaman seeking vengeance on a whale.",
    ),
]
"""The same, in other words."""

DIFFERENT = [
    (
        "The sky looks blue because air scatters short wavelengths of sunlight more than long ones.",
        "The sky looks blue because it reflects the colour of the oceans.",
    ),
    (
        "You should restart the router and then check the cable.",
        "You should replace the router and then call the provider.",
    ),
    (
        "The company was founded by two brothers who sold bicycles.",
        "The company was founded by two brothers who sold used cars.",
    ),
    (
        "Plants need light to turn water and carbon dioxide into sugar.",
        "Plants need nitrogen from the soil to build their proteins.",
    ),
    (
        "The meeting was postponed because the manager was ill.",
        "The meeting was cancelled because the room was double booked.",
    ),
    (
        "Salt lowers the freezing point of water, so roads stay free of ice.",
        "Salt gives the tyres more grip, so cars do not slide on ice.",
    ),
    (
        "The function returns an empty list when nothing matches.",
        "The function raises an error when nothing matches.",
    ),
    (
        "The patient should rest and drink plenty of fluids.",
        "The patient should take an antibiotic and see a doctor.",
    ),
    (
        "Bread rises because yeast produces gas that is trapped in the dough.",
        "Bread rises because baking soda reacts with acid in the dough.",
    ),
    (
        "The main cause of the accident was the driver's tiredness.",
        "The main cause of the accident was a broken brake.",
    ),
    (
        "Tides are caused by the gravity of the moon and the sun.",
        "Tides are caused by winds that push the water to the coast.",
    ),
    (
        "He lost the case because the key witness changed her story.",
        "He won the case because the key witness changed her story.",
    ),
    (
        "The museum is closed for repairs until further notice.",
        "The museum is open during the repairs until further notice.",
    ),
    (
        "Cats purr when they feel safe, but also when they are in pain.",
        "Cats hiss when they feel threatened or want to be left alone.",
    ),
    (
        "The price rose because demand grew faster than supply.",
        "The price fell because supply grew faster than demand.",
    ),
    (
        "Encryption keeps others from reading the message.",
        "A signature shows who wrote the message.",
    ),
    (
        "The bridge collapsed as its bolts had rusted through.",
        "The bridge collapsed as a lorry was too heavy for it.",
    ),
    (
        "To save the file, press the button in the upper right corner.",
        "To close the file, press the button in the lower left corner.",
    ),
    (
        "Glass is made by melting sand at high temperature.",
        "Steel is made by melting iron with carbon at high temperature.",
    ),
    (
        "The novel tells of a sailor who hunts a whale out of revenge.",
        "The novel tells of an orphan who inherits a fortune from a convict.",
    ),
]
"""Not the same, although most begin with the same words."""
