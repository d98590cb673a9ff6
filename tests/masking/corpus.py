"""A seeded corpus of SES events, English and Japanese, in which every piece of personal data is known."""

import base64
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import Header
from typing import Any
from urllib.parse import quote

SEED = 20251105
TYPES = {
    "Send": "send",
    "Delivery": "delivery",
    "Bounce": "bounce",
    "Complaint": "complaint",
    "Reject": "reject",
    "Open": "open",
    "Click": "click",
    "Rendering Failure": "failure",
    "DeliveryDelay": "deliveryDelay",
    "Subscription": "subscription",
    "Tomorrow": "tomorrow",  # a type that nobody knows yet
}
DOMAINS = ["example.jp", "mail.example.co.jp", "xn--wgv71a.jp", "例え.jp", "Example.COM", "docomo.example.jp"]
FAMILY = ["山田", "佐藤", "鈴木", "高橋", "伊藤", "渡辺", "小林", "タナカ"]
GIVEN = ["太郎", "花子", "健一", "美咲", "翔太", "さくら", "ケンジ"]
LATIN = ["taro", "hanako", "suzuki", "yamada", "kenji", "o'brien", "jean-luc", "smith_j", "m.sato"]


@dataclass
class Labelled:
    """An event, what is personal in it by kind, and the paths of what operations need."""

    event: dict[str, Any]
    personal: list[tuple[str, str]] = field(default_factory=list)
    kept: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def line(self) -> str:
        return json.dumps(self.event, ensure_ascii=False)


class Maker:
    """Makes one event after the other from a seed."""

    def __init__(self, seed: int = SEED) -> None:
        self.random = random.Random(seed)
        self.personal: list[tuple[str, str]] = []

    def choice(self, of: Any) -> Any:
        return self.random.choice(list(of))

    def digits(self, count: int) -> str:
        return "".join(self.choice("0123456789") for _ in range(count))

    def label(self, kind: str, text: str) -> str:
        self.personal.append((kind, text))
        return text

    def address(self) -> str:
        local = self.choice(LATIN) + self.choice(["", ".", "_"]) + self.choice(LATIN) + self.digits(2)
        form = self.random.random()
        if form < 0.1:
            local = f'"{self.choice(LATIN)} {self.choice(LATIN)}"'
        elif form < 0.2:
            local += f"+{self.choice(['shop', 'news', 'amazon'])}{self.digits(4)}"
        elif form < 0.28:
            local = self.choice(FAMILY) + self.choice(GIVEN) + self.digits(2)
        return self.label("e-mail address", f"{local}@{self.choice(DOMAINS)}")

    def name(self) -> str:
        return self.label("name", self.choice(FAMILY) + self.choice([" ", "　"]) + self.choice(GIVEN))

    def phone(self) -> str:
        four = lambda: self.digits(4)  # noqa: E731
        number = self.choice(
            [
                f"03-{four()}-{four()}",
                f"(03) {four()}-{four()}",
                f"03({four()}){four()}",
                f"045-{self.digits(3)}-{four()}",
                f"0{self.choice('789')}0-{four()}-{four()}",
                f"0{self.choice('789')}0 {four()} {four()}",
                f"0{self.choice('789')}0{four()}{four()}",
                f"0120-{self.digits(3)}-{self.digits(3)}",
                f"+81-3-{four()}-{four()}",
                f"+81 90 {four()} {four()}",
                f"+8190{four()}{four()}",
                f"+81 (0)80-{four()}-{four()}",
                f"+1 415 555 {four()}",
            ]
        )
        if self.random.random() < 0.25:
            number = number.translate({ord(a): ord("０") + int(a) for a in "0123456789"} | {ord("-"): "－"})
        return self.label("telephone number", number)

    def card(self) -> str:
        number = self.choice(["4", "51", "35", "62"])
        number += self.digits(15 - len(number))
        total = sum(sum(divmod(int(d) * 2, 10)) if n % 2 == 0 else int(d) for n, d in enumerate(number))
        number += str(-total % 10)
        separator = self.choice(["", " ", "-"])
        return self.label("card number", separator.join(number[n : n + 4] for n in range(0, 16, 4)))

    def my_number(self) -> str:
        number = self.digits(11)
        rest = sum(int(d) * w for d, w in zip(number, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
        number += "0" if rest <= 1 else str(11 - rest)
        separator = self.choice(["", " ", "-"])
        return self.label("My Number", separator.join(number[n : n + 4] for n in range(0, 12, 4)))

    def postal(self) -> str:
        return self.label("postal code", f"{self.digits(3)}-{self.digits(4)}")

    def ip(self) -> str:
        host = self.random.randint(1, 254)
        return self.label("IP address", self.choice([f"203.0.113.{host}", f"2001:db8:85a3::{host:x}:7334"]))

    def sentence(self) -> str:
        makers = [
            lambda: f"Order 1234567 confirmed for {self.address()}",
            lambda: f"ご連絡先は{self.phone()}です",
            lambda: f"Call {self.phone()} or write to <{self.address()}>, please",
            lambda: f"{self.name()} 様、ご注文の確認 (No. 20251105-001)",
            lambda: f"お届け先: 〒{self.postal()} 東京都",
            lambda: f"card {self.card()} was declined at 2025-11-05 09:00:00",
            lambda: f"マイナンバー：{self.my_number()}",
            lambda: f'from "{self.name()}" <{self.address()}> via [{self.ip()}]',
            lambda: "System maintenance of 2025-11-05 10:30, version 1.2.3, build 20251105.1",
            lambda: "仕様変更のお知らせ、お客様各位",
        ]
        return self.choice(makers)()

    def header(self, text: str) -> str:
        form = self.random.random()
        if form < 0.3:
            return Header(text, "utf-8").encode().replace("\n", "\r\n")
        if form < 0.4:
            return f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="
        if form < 0.5:
            try:
                return Header(text, "iso-2022-jp").encode()
            except UnicodeError:
                return text
        return text

    def mailbox(self) -> str:
        address = self.address()
        form = self.random.random()
        if form < 0.3:
            return f"{Header(self.name(), 'utf-8').encode()} <{address}>"
        if form < 0.5:
            return f'"{self.name()}" <{address}>'
        if form < 0.6:
            return f"{self.name()} <{address}>"
        return address

    def link(self) -> str:
        address = self.address()
        shown = quote(address, safe="") if self.random.random() < 0.6 else address.replace('"', "")
        return f"https://www.example.org/path?id={self.digits(5)}&mail={shown}&page=2"

    def message_id(self) -> str:
        hexadecimal = f"{self.random.getrandbits(128):032x}"
        parts = (hexadecimal[:8], hexadecimal[8:12], hexadecimal[12:16], hexadecimal[16:20], hexadecimal[20:])
        return f"{self.random.getrandbits(64):016x}-{'-'.join(parts)}-000000"

    def mail(self) -> dict[str, Any]:
        sender, to = self.address(), [self.mailbox() for _ in range(self.random.randint(1, 3))]
        subject = self.sentence()
        headers = {
            "From": self.mailbox(),
            "To": ", ".join(to),
            "Subject": self.header(subject),
            "Date": "Wed, 05 Nov 2025 09:00:00 +0900",
            "Message-ID": f"<20251105{self.digits(2)}.{self.digits(10)}@mx.example.org>",
            "Received": f"from client ([{self.ip()}]) by mx.example.org for <{self.address()}>; Wed, 05 Nov 2025 09:00:00 +0900",
            "X-Note": self.header(self.sentence()),
        }
        message_id = self.message_id()
        return {
            "timestamp": "2025-11-05T00:00:00.123Z",
            "messageId": message_id,
            "source": sender,
            "sourceArn": "arn:aws:ses:ap-northeast-1:123456789018:identity/example.org",
            "sendingAccountId": "123456789018",
            "destination": [self.address() for _ in to],
            "headersTruncated": False,
            "headers": [{"name": name, "value": value} for name, value in headers.items()],
            "commonHeaders": {"from": [self.mailbox()], "to": to, "messageId": message_id, "subject": subject},
            "tags": {
                "ses:configuration-set": ["ses-prod-config"],
                "ses:source-ip": [self.ip()],
                "ses:from-domain": ["example.org"],
                "ses:outgoing-ip": ["192.0.2.44"],
            },
        }

    def details(self, event_type: str) -> dict[str, Any]:
        when = {"timestamp": "2025-11-05T00:00:01.456Z"}
        makers = {
            "Delivery": lambda: {
                "processingTimeMillis": 546,
                "recipients": [self.address()],
                "smtpResponse": f"250 2.6.0 <{self.address()}> queued as 4d0gXq2Y3Bz9s [192.0.2.9]",
                "remoteMtaIp": "192.0.2.10",
                "reportingMTA": "a8-50.smtp-out.ap-northeast-1.amazonses.com",
            },
            "Bounce": lambda: {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [
                    {
                        "emailAddress": self.mailbox(),
                        "action": "failed",
                        "status": "5.1.1",
                        "diagnosticCode": f"smtp; 550 5.1.1 <{self.address()}>: User unknown",
                    }
                ],
                "feedbackId": self.message_id(),
            },
            "Complaint": lambda: {
                "complainedRecipients": [{"emailAddress": self.address()}],
                "complaintFeedbackType": "abuse",
                "userAgent": "Feedback loop",
            },
            "Reject": lambda: {"reason": "Bad content"},
            "Open": lambda: {"ipAddress": self.ip(), "userAgent": "Mozilla/5.0 Chrome/142.0.0.0 Safari/537.36"},
            "Click": lambda: {
                "ipAddress": self.ip(),
                "userAgent": "Mozilla/5.0 Chrome/142.0.0.0",
                "link": self.link(),
                "linkTags": {"who": [self.address()], "page": ["2"]},
            },
            "Rendering Failure": lambda: {"templateName": "welcome", "errorMessage": self.sentence()},
            "DeliveryDelay": lambda: {
                "delayType": "MailboxFull",
                "expirationTime": "2025-11-05T14:00:04.000Z",
                "delayedRecipients": [
                    {"emailAddress": self.address(), "status": "4.2.2", "diagnosticCode": f"smtp; 452 4.2.2 {self.address()} is full"}
                ],
            },
            "Subscription": lambda: {"contactList": "news", "source": "UnsubscribeHeader"},
            "Tomorrow": lambda: {"notes": [self.sentence(), {"deep": self.sentence()}], self.address(): True},
        }
        return when | makers.get(event_type, dict)()

    def labelled(self, event_type: str) -> Labelled:
        self.personal = []
        event = {"eventType": event_type, "mail": self.mail(), TYPES[event_type]: self.details(event_type)}
        kept: list[tuple[Any, ...]] = [("eventType",)]
        kept += [("mail", key) for key in ("timestamp", "messageId", "sourceArn", "sendingAccountId")]
        kept += [("mail", "commonHeaders", "messageId"), ("mail", "headers", 3), ("mail", "headers", 4)]
        kept += [("mail", "tags", f"ses:{key}") for key in ("configuration-set", "from-domain", "outgoing-ip")]
        details = ("timestamp", "bounceType", "bounceSubType", "feedbackId", "delayType", "expirationTime")
        details += ("remoteMtaIp", "reportingMTA", "complaintFeedbackType", "templateName", "userAgent", "reason")
        kept += [(TYPES[event_type], key) for key in details if key in event[TYPES[event_type]]]
        for key in ("bouncedRecipients", "delayedRecipients"):
            if key in event[TYPES[event_type]]:
                kept.append((TYPES[event_type], key, 0, "status"))
        return Labelled(event, self.personal, kept)


def corpus(count: int, seed: int = SEED) -> Iterator[Labelled]:
    maker = Maker(seed)
    types = list(TYPES)
    for number in range(count):
        yield maker.labelled(types[number % len(types)])


if __name__ == "__main__":
    import sys

    for labelled in corpus(int(sys.argv[1])):
        print(labelled.line)
