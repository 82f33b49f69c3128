"""Text to be spoken by the benchmarks: ours, varied, and of any length."""

import itertools
import random
from typing import Final

SENTENCES: Final = (
    "The ferry leaves at a quarter past six, whether the fog has lifted or not.",
    "Who left the window open last night?",
    "Three of the nine lamps along the pier were still burning.",
    "Honestly, I would rather walk than wait another hour for the bus.",
    "She folded the letter twice, put it in her pocket, and said nothing.",
    "The new bridge cost $4.2 million, about 15% more than planned.",
    "Please bring two kilos of flour, a dozen eggs, and whatever fruit is ripe.",
    "Nobody expected the smallest team in the league to win by six points.",
    "Dr. Alvarez will see you on March 3rd at 10:30.",
    "When the rain stopped, the whole street smelled of wet leaves and bread.",
    "Do you remember the song they used to play at the end of the evening?",
    "It was a good plan; it only lacked money, people, and time.",
    "The library keeps its oldest maps in a room without windows.",
    "Turn left after the bakery, then take the second road on your right.",
    '"You can stay as long as you like," he said, "but the dog sleeps inside."',
    "In 1987 the valley had one telephone and eleven tractors.",
    "A thin line of smoke rose straight up into the cold morning air.",
    "My sister reads the last page first, which I have never understood.",
    "The engine coughed, caught, and settled into a steady hum.",
    "What would you do with an extra hour every day?",
    "Most of the work was done quietly, by people whose names are not recorded.",
    "Their train was late, their luggage was lost, and they were delighted.",
    "Somewhere above us, a door closed very gently.",
    "If the numbers are right, we should be home before dark.",
)


def text_of(characters: int, seed: int = 0) -> str:
    """Exactly `characters` characters of running text; each seed begins with another sentence."""
    order = random.Random(seed)
    rounds = (order.sample(SENTENCES, len(SENTENCES)) for _ in itertools.count())
    text = ""
    for sentence in itertools.chain.from_iterable(rounds):
        if len(text) >= characters:
            break
        text += sentence + " "
    # A text that ends in a space is a character short of what it says.
    return text[:characters].rstrip().ljust(characters, ".")
