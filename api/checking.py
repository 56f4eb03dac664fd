"""What the checker needs of a node: its database, keys and ways out, as `alerts` takes them."""

from alerts.channels import configured
from alerts.delivery import Post
from alerts.scan import Scanner
from alerts.schedule import Works
from api.config import Settings
from api.services import Services


def scanner(node: Services) -> Scanner:
    return Scanner(engine=node.engine, desk=node.sequencer.desk, hub_key=node.hub_key)


def post(node: Services) -> Post:
    """Delivery over the channels that the settings set up; alerts.Misconfigured names a fault."""
    return Post(
        engine=node.engine,
        clock=node.clock,
        channels=configured(channel_settings(node.settings)),
        reads=node.reads,
        public_url=node.settings.public_url,
    )


def works(node: Services) -> Works:
    """All that the scheduled jobs need."""
    return Works(
        engine=node.engine,
        desk=node.sequencer.desk,
        hub_key=node.hub_key,
        clock=node.clock,
        channels=configured(channel_settings(node.settings)),
        reads=node.reads,
        public_url=node.settings.public_url,
    )


def channel_settings(settings: Settings) -> dict[str, str]:
    """The settings that channels pick their own keys from."""
    said: dict[str, str] = {}
    if settings.smtp_url:
        said |= {"email_url": settings.smtp_url, "email_from": settings.mail_from}
    if settings.mail_directory:
        said["file_directory"] = str(settings.mail_directory)
    return said
