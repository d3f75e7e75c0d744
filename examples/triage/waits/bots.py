"""What triage knows about frameworks for bots of Telegram."""

from __future__ import annotations

from examples.triage.waits.kinds import READ, Library, Root, Wait

AIOGRAM = Library(
    "aiogram",
    "aiogram",
    waits=(
        Wait(
            READ,
            ("aiogram.dispatcher.dispatcher:Dispatcher._listen_updates",),
            "an update of Telegram",
            new_work=True,
        ),
    ),
    roots=(Root("message", ("aiogram.dispatcher.dispatcher:Dispatcher._process_update",)),),
    idle=("aiogram.dispatcher.dispatcher:Dispatcher._polling",),
)

TELEGRAM = Library(
    "python-telegram-bot",
    "python-telegram-bot",
    roots=(Root("message", ("telegram.ext._application:Application.process_update",)),),
    idle=("telegram.ext._application:Application._update_fetcher",),
)
