"""What the made-up person writes, by what the day was like."""

from __future__ import annotations

from typing import NamedTuple


class Note(NamedTuple):
    """A note and when it fits.

    Attributes:
        text: Markdown.
        tags: English names of tags that must be on the check-in.
        moods: Lowest and highest mood that it goes with.
    """

    text: str
    tags: tuple[str, ...] = ()
    moods: tuple[int, int] = (1, 5)


NOTES = (
    Note("Long day, but the hard part is done.", ("Work",), (3, 4)),
    Note("Meeting after meeting. Nothing got *finished*.", ("Work",), (1, 3)),
    Note("The talk went **better than I feared**. People asked good questions.", ("Work",), (4, 5)),
    Note("和同事吵了一架，回家路上想了很久。", ("Colleagues",), (1, 2)),
    Note("项目终于上线了，大家一起吃了火锅。", ("Colleagues",), (4, 5)),
    Note("Ten kilometres along the river. Legs heavy, head light.", ("Sport",), (3, 5)),
    Note("跑步五公里，膝盖没有疼。", ("Sport",), (3, 5)),
    Note("Only twenty minutes, but better than nothing.", ("Sport",), (2, 4)),
    Note("Walked through the park in the rain, nobody else there.", ("Walk",), (2, 5)),
    Note("沿着河走了很久，看到一只白鹭。", ("Walk",), (3, 5)),
    Note("Cooked with Ann:\n\n- dumplings\n- far too much ginger\n\nLaughed a lot.", ("Friends",)),
    Note("Old friends, old stories.", ("Friends",), (4, 5)),
    Note("Called my mother. She sounds tired.", ("Family",), (2, 3)),
    Note("妈妈打电话来，聊了一个小时。", ("Family",), (3, 5)),
    Note("Everybody around the table, the little one asleep on my lap.", ("Family",), (4, 5)),
    Note("Slept through for the first time in days.", ("Slept well",), (3, 5)),
    Note("Head full of cotton wool. Tea and bed.", ("Unwell",), (1, 3)),
    Note("感冒了，躺了一天。", ("Unwell",), (1, 3)),
    Note("Scrolled for two hours and remember none of it.", ("Screen time",), (1, 3)),
    Note("A chapter about the sea that I will read again.", ("Learning",), (3, 5)),
    Note("Played the piece to the end without stopping.", ("Music",), (4, 5)),
    Note("Nothing special. That is fine.", (), (3, 3)),
    Note("Woke at four and could not go back to sleep.", (), (1, 2)),
    Note("Everything takes so much effort at the moment.", (), (1, 2)),
    Note("没什么力气，什么都不想做。", (), (1, 2)),
    Note("A quiet evening. The window open, a blackbird.", (), (4, 5)),
    Note("Train late, missed the connection, ate noodles at the station.", ("Travelling",), (2, 4)),
    Note("第一次来这座城市，空气里有桂花的味道。", ("Travelling",), (3, 5)),
)
