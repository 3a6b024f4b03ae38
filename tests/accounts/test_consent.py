from datetime import date
from unittest import mock

from emotionweb.accounts import services
from emotionweb.accounts.models import CONSENT_TEXT_VERSIONS, Consent
from tests.base import BaseTestCase

CAMERA = Consent.Kind.CAMERA
URL = "/accounts/consent/"


class ConsentServiceTestCase(BaseTestCase):
    def test_nobody_agrees_unasked(self) -> None:
        self.assertFalse(services.has_consent(self.alice, CAMERA))

    def test_consent_is_the_persons_own(self) -> None:
        services.give_consent(self.alice, CAMERA)
        self.assertTrue(services.has_consent(self.alice, CAMERA))
        self.assertFalse(services.has_consent(self.bob, CAMERA))

    def test_agreeing_twice_is_once(self) -> None:
        first = services.give_consent(self.alice, CAMERA)
        self.assertEqual(services.give_consent(self.alice, CAMERA), first)

    def test_the_history_is_kept(self) -> None:
        for _ in range(2):
            services.give_consent(self.alice, CAMERA)
            services.withdraw_consent(self.alice, CAMERA)
        self.assertFalse(services.has_consent(self.alice, CAMERA))
        self.assertEqual(self.alice.consents.exclude(withdrawn_at=None).count(), 2)

    def test_a_new_wording_asks_anew(self) -> None:
        services.give_consent(self.alice, CAMERA)
        with mock.patch.dict(CONSENT_TEXT_VERSIONS, {CAMERA: date(2030, 1, 1)}):
            self.assertFalse(services.has_consent(self.alice, CAMERA))
            services.give_consent(self.alice, CAMERA)
            self.assertTrue(services.has_consent(self.alice, CAMERA))
        self.assertEqual(self.alice.consents.count(), 2)


class ConsentPagesTestCase(BaseTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.alice)

    def test_the_page_says_what_is_stored_and_what_the_result_is_not(self) -> None:
        response = self.client.get(URL, {"next": "/live/"})
        self.assertContains(response, "Numbers, never pictures")
        self.assertContains(response, "only you know what you feel")
        self.assertContains(response, 'data-testid="consent-accept"')
        self.assertContains(response, '<input type="hidden" name="next" value="/live/">')

    def test_agreeing_goes_back_to_where_one_came_from(self) -> None:
        response = self.client.post(URL, {"answer": "give", "next": "/live/"})
        self.assertRedirects(response, "/live/", fetch_redirect_response=False)
        self.assertTrue(services.has_consent(self.alice, CAMERA))

    def test_it_does_not_lead_to_another_site(self) -> None:
        response = self.client.post(URL, {"answer": "give", "next": "//evil.example/"})
        self.assertRedirects(response, "/accounts/privacy/", fetch_redirect_response=False)

    def test_an_unclear_answer_is_no_consent(self) -> None:
        for answer in ({}, {"answer": "maybe"}):
            self.client.post(URL, answer)
            self.assertFalse(services.has_consent(self.alice, CAMERA))

    def test_reading_the_page_is_no_consent(self) -> None:
        self.client.get(URL, {"answer": "give"})
        self.assertFalse(services.has_consent(self.alice, CAMERA))

    def test_the_privacy_page_offers_to_withdraw(self) -> None:
        services.give_consent(self.alice, CAMERA)
        self.assertContains(self.client.get("/accounts/privacy/"), 'data-testid="consent-withdraw"')
        response = self.client.post(URL, {"answer": "withdraw"}, follow=True)
        self.assertFalse(services.has_consent(self.alice, CAMERA))
        self.assertContains(response, 'data-testid="consent-accept"')
        self.assertContains(response, "Consent withdrawn.")
