from tests.base import BaseTestCase

OPEN = ("/accounts/signup/", "/accounts/login/", "/accounts/password/reset/")
OWN = tuple(
    f"/accounts/{page}/" for page in ("profile", "privacy", "consent", "delete", "password")
)


class PagesTestCase(BaseTestCase):
    def test_strangers_are_sent_to_the_login_and_back(self) -> None:
        for url in OWN:
            for method in (self.client.get, self.client.post):
                with self.subTest(url=url, method=method.__name__):
                    self.assertRedirects(method(url), f"/accounts/login/?next={url}")

    def test_a_page_is_about_the_person_who_looks_at_it(self) -> None:
        for person in (self.alice, self.bob, self.charlie):
            self.client.force_login(person)
            page = self.client.get("/accounts/profile/").content.decode()
            shown = [p.email for p in (self.alice, self.bob, self.charlie) if p.email in page]
            self.assertEqual(shown, [person.email])

    def test_each_page_has_one_heading_and_a_title(self) -> None:
        for url in OPEN:
            self.assert_page(url)
        self.client.force_login(self.charlie)
        for url in OWN:
            self.assert_page(url)

    def assert_page(self, url: str) -> None:
        with self.subTest(url):
            page = self.client.get(url).content.decode()
            self.assertEqual(page.count("<h1"), 1)
            self.assertNotIn("<title> ·", page)
            self.assertIn('<main class="main', page)

    def test_the_head_of_a_page_does_not_lead_to_the_page_itself(self) -> None:
        for here, there in (("login", "signup"), ("signup", "login")):
            page = self.client.get(f"/accounts/{here}/").content.decode()
            head = page[page.index("<header") : page.index("</header>")]
            self.assertNotIn(f'href="/accounts/{here}/"', head)
            self.assertIn(f'href="/accounts/{there}/"', head)

    def test_no_page_may_run_scripts_or_styles_of_its_own(self) -> None:
        response = self.client.get("/accounts/signup/")
        policy = response.headers["Content-Security-Policy"]
        self.assertNotIn("unsafe", policy)
        self.assertIn("default-src 'none'", policy)
        page = response.content.decode()
        self.assertNotRegex(page, r"""\son[a-z]+=["']|\sstyle=["']""")

    def test_pages_may_use_the_camera_and_nothing_else(self) -> None:
        policy = self.client.get("/accounts/login/").headers["Permissions-Policy"]
        self.assertIn("camera=(self)", policy)
        self.assertIn("microphone=()", policy)
