"""Made-up texts: no two alike by chance, the same for the same seed."""

import random


def prose(seed, count=1, size=20):
    draw = random.Random(seed)
    made = []
    for _ in range(count):
        said = ["".join(draw.choices("bcdfgaeiou", k=draw.randint(3, 8))) for _ in range(size)]
        made.append(" ".join(said).capitalize() + ".")
    return made
