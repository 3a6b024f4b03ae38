from emotionweb.live.conduct import Conduct, Pace


def second_of(conduct: Conduct, start: float, messages: int) -> list[Pace]:
    """What is made of so many messages in the second that begins at ``start``."""
    return [conduct.message(start + number / messages) for number in range(messages)]


def test_a_page_that_waits_for_its_answers_is_fine() -> None:
    conduct = Conduct()
    for second in range(100):
        assert set(second_of(conduct, second, 30)) == {Pace.FINE}


def test_a_flood_is_told_once_a_second_and_given_up_after_five() -> None:
    conduct = Conduct()
    for second in range(4):
        paces = second_of(conduct, second, 500)
        assert paces.count(Pace.FINE) == 60
        assert paces.count(Pace.TELL) == 1
        assert paces.count(Pace.IGNORE) == 439
    assert Pace.GIVE_UP in second_of(conduct, 4, 500)


def test_a_burst_now_and_then_is_forgiven() -> None:
    conduct = Conduct()
    for second in range(0, 60, 2):
        assert Pace.GIVE_UP not in second_of(conduct, second, 200)
        assert set(second_of(conduct, second + 1, 10)) == {Pace.FINE}


def test_a_quiet_second_without_any_message_ends_a_flood() -> None:
    conduct = Conduct()
    for second in range(0, 60, 2):
        assert Pace.GIVE_UP not in second_of(conduct, second, 200)


def test_ten_bad_messages_on_end_are_too_many() -> None:
    conduct = Conduct()
    assert [conduct.bad() for _ in range(10)] == [False] * 9 + [True]


def test_a_good_message_forgives_the_bad_ones() -> None:
    conduct = Conduct()
    for _ in range(5):
        assert not any(conduct.bad() for _ in range(9))
        conduct.good()
