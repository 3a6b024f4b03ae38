"""Settings of Emotionweb: one file, and no environment needed.

Without any variable this is the embedded mode: SQLite, an in-memory channel layer and a Celery
broker made of files, all below `DATA_DIR`. `DATABASE_URL` and `REDIS_URL` each switch one part to
a real service. docs/deployment.md lists every variable.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from emotionweb import secret

env = environ.Env()
django_stubs_ext.monkeypatch()  # lets classes of Django name their type: ModelForm[User]

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("EMOTIONWEB_DATA_DIR", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)  # journals are nobody else's business

DEBUG = env.bool("EMOTIONWEB_DEBUG", False)
DATABASE_URL = env.str("DATABASE_URL", "")
REDIS_URL = env.str("REDIS_URL", "")

# === Security ===

SECRET_KEY = env.str("EMOTIONWEB_SECRET_KEY", "") or secret.read_or_create(DATA_DIR / "secret_key")
if not DEBUG and secret.is_weak(SECRET_KEY):
    raise ImproperlyConfigured(
        "EMOTIONWEB_SECRET_KEY is a default or too short. Set a long random one, or unset it: "
        "then a key is made and kept in the data folder."
    )

# True when people reach the site by https://, whether this process or a proxy ends the TLS.
HTTPS = env.bool("EMOTIONWEB_HTTPS", False)
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *env.list("EMOTIONWEB_ALLOWED_HOSTS", default=[]),
]
if env.bool("EMOTIONWEB_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "blob:", "data:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        # 'self' covers ws:// and wss:// of the same host and port in the browsers of today.
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

# === Application ===

INSTALLED_APPS = [
    "emotionweb",
    "emotionweb.accounts",
    "emotionweb.live",
    "emotionweb.journal",
    "emotionweb.clips",
    "emotionweb.training",
    "emotionweb.privacy",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "channels",
    "csp",
    "servestatic",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "emotionweb.middleware.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "emotionweb.middleware.PrivatePagesMiddleware",
    "emotionweb.accounts.middleware.PreferencesMiddleware",
    "emotionweb.accounts.middleware.LockMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "emotionweb.urls"
ASGI_APPLICATION = "emotionweb.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# === Database ===

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, dict[str, Any]]
if DATABASE_URL:
    DATABASES = {
        "default": {
            **environ.Env.db_url_config(DATABASE_URL),
            # Under ASGI connections are not reused reliably, a pool belongs in front (PgBouncer).
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": True,
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "emotionweb.sqlite3",
            "OPTIONS": {
                # Taking the write lock at the start of a transaction lets a second writer wait
                # its turn; upgrading a read lock later would fail at once with "locked".
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
            # A file, not memory: sockets and workers look at it from other threads.
            "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},
        }
    }

# === Channels, Celery, cache ===

CACHES: dict[str, dict[str, Any]]
CHANNEL_LAYERS: dict[str, dict[str, Any]]
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "emotionweb",
        }
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "emotionweb"},
        }
    }
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"global_keyprefix": "emotionweb:"}
else:
    _broker_dir = DATA_DIR / "broker"
    for _name in ("messages", "control"):
        (_broker_dir / _name).mkdir(parents=True, exist_ok=True)
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker_dir / "messages"),
        "data_folder_out": str(_broker_dir / "messages"),
        "control_folder": str(_broker_dir / "control"),
    }

CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Hours of training must not keep clips waiting: it has a worker of its own.
CELERY_TASK_ROUTES = {"training.work": {"queue": "training"}}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")
CELERY_BEAT_SCHEDULE = {
    # A sweep that could not run in time is dropped: the next one does its work as well.
    "live.sweep": {"task": "live.sweep", "schedule": 30.0, "options": {"expires": 30}},
    "accounts.clear_sessions": {
        "task": "accounts.clear_sessions",
        "schedule": crontab(hour="3", minute="40"),
    },
    "privacy.enforce": {"task": "privacy.enforce", "schedule": crontab(hour="4", minute="10")},
    "training.sweep": {"task": "training.sweep", "schedule": 15.0, "options": {"expires": 15}},
    "training.clean": {"task": "training.clean", "schedule": crontab(hour="4", minute="20")},
    "journal.purge": {"task": "journal.purge", "schedule": crontab(hour="3", minute="50")},
    "journal.notices": {"task": "journal.notices", "schedule": crontab(hour="15", minute="20")},
    # What one run missed, the next one sends.
    "journal.reminders": {
        "task": "journal.reminders",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 300},
    },
    "clips.sweep": {"task": "clips.sweep", "schedule": 15.0, "options": {"expires": 15}},
    "clips.clean": {"task": "clips.clean", "schedule": crontab(hour="4", minute="10")},
}

# === Accounts ===

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "home"
PASSWORD_RESET_TIMEOUT = int(timedelta(days=1).total_seconds())

# Locks the pair of account and address, so that nobody can lock another person out from afar.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "emotionweb.accounts.lockout.locked_out"
AXES_USERNAME_CALLABLE = "emotionweb.accounts.lockout.login_name"
AXES_DISABLE_ACCESS_LOG = True  # who logged in when is nobody's business
AXES_VERBOSE = False

# === Mail ===

# Without EMAIL_URL no mail is written anywhere, since it would hold an address and a live link; the
# administrator hands out password-reset links instead (see accounts/admin.py).
EMAIL_URL = env.str("EMAIL_URL", "")
if EMAIL_URL:
    vars().update(environ.Env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("EMOTIONWEB_MAIL_FROM", "emotionweb@localhost")

# === Language and time ===

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# === Static files ===

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/uplot", NODE_MODULES / "uplot" / "dist"),
    ("vendor/tus", NODE_MODULES / "tus-js-client" / "dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "emotionweb.staticfiles.ModuleManifestStorage"},
}
SERVESTATIC_ALLOW_ALL_ORIGINS = False

# === Files of people ===

# Several machines need this folder on a volume that all of them see.
MEDIA_ROOT = Path(env.str("EMOTIONWEB_MEDIA_DIR", str(DATA_DIR / "media"))).resolve()
CLIP_MAX_BYTES = env.int("EMOTIONWEB_CLIP_MAX_BYTES", 8 * 1024**3)
PHOTO_MAX_BYTES = env.int("EMOTIONWEB_PHOTO_MAX_BYTES", 32 * 1024**2)
# All clips, photos, proxies, exports and unfinished uploads of one person together.
USER_QUOTA_BYTES = env.int("EMOTIONWEB_USER_QUOTA_BYTES", 32 * 1024**3)
# Django reads a whole request before the view sees it.
UPLOAD_CHUNK_BYTES = 4 * 1024**2
DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_CHUNK_BYTES + 64 * 1024
# Clips that one worker process reads at the same time; each takes about one processor.
CLIP_JOBS_AT_ONCE = env.int("EMOTIONWEB_CLIP_JOBS", 1)
CLIP_DETECTOR = env.str("EMOTIONWEB_CLIP_DETECTOR", "blazeface-full")
CLIP_OPINION_BUNDLE = BASE_DIR / "models" / "clips"

# === Recognition ===

MODEL_BUNDLE = Path(env.str("EMOTIONWEB_MODEL_BUNDLE", str(BASE_DIR / "models" / "flagship")))
# "litert" runs model.tflite; "keras" runs model.keras and imports TensorFlow into the web process.
INFERENCE_RUNTIME = env.str("EMOTIONWEB_RUNTIME", "litert")
LIVE_DETECTOR = env.str("EMOTIONWEB_LIVE_DETECTOR", "blazeface-short")
# The processors this process may use, which in a container can be fewer than the machine has.
_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
ENGINE_THREADS = env.int("EMOTIONWEB_ENGINE_THREADS", min(_cores, 8))

# === Training ===

TRAINING_DATASET_MAX_BYTES = env.int("EMOTIONWEB_DATASET_MAX_BYTES", 8 * 1024**3)
TRAININGS_AT_ONCE = env.int("EMOTIONWEB_TRAININGS", 1)
# Threads of TensorFlow in a training: one processor is left to the site.
TRAINING_THREADS = env.int("EMOTIONWEB_TRAINING_THREADS", max(1, _cores - 1))
# Trainings stand back behind the site; 0 on a machine that does nothing else.
TRAINING_NICE = env.int("EMOTIONWEB_TRAINING_NICE", 10)
# A training that takes more memory than this is stopped, with the reason. 0: half of what there is.
TRAINING_MEMORY_BYTES = env.int("EMOTIONWEB_TRAINING_MEMORY", 0)

# === Logging ===

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"emotionweb": {"level": env.str("EMOTIONWEB_LOG_LEVEL", "INFO")}},
}
