"""One SES event of each type, as Firehose receives it, full of made-up personal data.

Every address has the local part or the domain that PERSONAL lists, in every field where SES or a
receiving server may write one.
"""

from email.header import Header
from typing import Any

SENDER = "news-letter@goo.ne.jp"
TARO = "taro.yamada@example.jp"
HANAKO = "Hanako+Coupon2025@Example.CO.JP"
BOUNCE = "bounce+taro.yamada=example.jp@bounce.goo.ne.jp"
ADDRESSES = [SENDER, TARO, HANAKO, BOUNCE]

# What must not be left anywhere in a masked event, in any case.
PERSONAL = [
    *ADDRESSES,
    "news-letter",
    "taro.yamada",
    "hanako+",
    "coupon2025",
    "山田",
    "太郎",
    "Suzuki",
    "203.0.113.77",
    "198.51.100.20",
    "2001:db8:85a3::8a2e:370:7334",
]

SENDER_NAME = Header("山田 太郎 (営業部)", "utf-8").encode()
SUBJECT = Header(f"ご注文の確認 {TARO} 様", "iso-2022-jp").encode()


def mail() -> dict[str, Any]:
    headers = {
        "Received": f"from mx (mx.goo.ne.jp) by email-smtp.ap-northeast-1.amazonaws.com for <{TARO}>",
        "Date": "Wed, 5 Nov 2025 09:00:00 +0900",
        "From": f"{SENDER_NAME} <{SENDER}>",
        "Sender": SENDER,
        "Reply-To": f'"Suzuki, Hanako" <{HANAKO}>',
        "To": f"{SENDER_NAME} <{TARO}>, {HANAKO} (Hanako Suzuki)",
        "CC": TARO.upper(),
        "Message-ID": "<20251105.1234567890@mx.goo.ne.jp>",
        "Subject": SUBJECT,
        "List-Unsubscribe": f"<mailto:leave@goo.ne.jp?subject={TARO.replace('@', '%40')}>",
        "X-Customer": f"id=77; mail={TARO}",
        "MIME-Version": "1.0",
    }
    return {
        "timestamp": "2025-11-05T00:00:00.123Z",
        "source": SENDER,
        "sourceArn": "arn:aws:ses:ap-northeast-1:123456789012:identity/goo.ne.jp",
        "sendingAccountId": "123456789012",
        "messageId": "0106018f2a7e1c3d-5d0f7d0c-1111-2222-3333-444455556666-000000",
        "destination": [TARO, HANAKO],
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in headers.items()],
        "commonHeaders": {
            "from": [f"山田 太郎 <{SENDER}>"],
            "sender": SENDER,
            "replyTo": [f'"Suzuki, Hanako" <{HANAKO}>'],
            "returnPath": BOUNCE,
            "to": [f"山田 太郎 <{TARO}>", HANAKO],
            "cc": [TARO],
            "bcc": [HANAKO],
            "messageId": "0106018f2a7e1c3d-5d0f7d0c-1111-2222-3333-444455556666-000000",
            "subject": f"{TARO} 様",
        },
        "tags": {
            "ses:configuration-set": ["ses-prod-config"],
            "ses:source-ip": ["198.51.100.20"],
            "ses:from-domain": ["goo.ne.jp"],
            "ses:caller-identity": ["ses-prod-smtp"],
            "ses:outgoing-ip": ["54.240.0.1"],
            "campaign": [TARO],
        },
    }


def event(event_type: str, key: str, details: dict[str, Any]) -> dict[str, Any]:
    return {"eventType": event_type, "mail": mail(), key: details}


EVENTS: dict[str, dict[str, Any]] = {
    "Send": event("Send", "send", {}),
    "Reject": event("Reject", "reject", {"reason": "Bad content"}),
    "Delivery": event(
        "Delivery",
        "delivery",
        {
            "timestamp": "2025-11-05T00:00:01.456Z",
            "processingTimeMillis": 546,
            "recipients": [TARO, HANAKO],
            "smtpResponse": f"250 2.6.0 <{TARO}> Queued mail for delivery",
            "remoteMtaIp": "192.0.2.10",
            "reportingMTA": "a8-50.smtp-out.ap-northeast-1.amazonses.com",
        },
    ),
    "Bounce": event(
        "Bounce",
        "bounce",
        {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                {
                    "emailAddress": TARO,
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": f"smtp; 550 5.1.1 <{TARO}>... User unknown, rcpt={HANAKO}",
                },
                {"emailAddress": f"Suzuki <{HANAKO}>"},
            ],
            "timestamp": "2025-11-05T00:00:02.000Z",
            "feedbackId": "0106018f-aaaa-bbbb-cccc-dddddddddddd-000000",
            "reportingMTA": "dsn; a8-50.smtp-out.ap-northeast-1.amazonses.com",
        },
    ),
    "Complaint": event(
        "Complaint",
        "complaint",
        {
            "complainedRecipients": [{"emailAddress": TARO}],
            "timestamp": "2025-11-05T00:00:03.000Z",
            "feedbackId": "0106018f-aaaa-bbbb-cccc-dddddddddddd-000000",
            "userAgent": "Feedback loop of example.jp",
            "complaintFeedbackType": "abuse",
            "arrivalDate": "2025-11-05T00:00:03.000Z",
        },
    ),
    "DeliveryDelay": event(
        "DeliveryDelay",
        "deliveryDelay",
        {
            "timestamp": "2025-11-05T00:00:04.000Z",
            "delayType": "MailboxFull",
            "expirationTime": "2025-11-05T14:00:04.000Z",
            "delayedRecipients": [
                {
                    "emailAddress": HANAKO,
                    "status": "4.2.2",
                    "diagnosticCode": f"smtp; 452 4.2.2 mailbox of '{HANAKO}' is full",
                }
            ],
        },
    ),
    "Open": event(
        "Open",
        "open",
        {
            "ipAddress": "203.0.113.77",
            "timestamp": "2025-11-05T00:00:05.000Z",
            "userAgent": f"Mozilla/5.0 (Macintosh) ({TARO})",
        },
    ),
    "Click": event(
        "Click",
        "click",
        {
            "ipAddress": "2001:db8:85a3::8a2e:370:7334",
            "timestamp": "2025-11-05T00:00:06.000Z",
            "userAgent": "Mozilla/5.0 (Macintosh)",
            "link": "https://www.goo.ne.jp/?m=taro.yamada%40example.jp&n=Hanako%2BCoupon2025%2540Example.CO.JP",
            "linkTags": {"mail": [TARO], TARO: ["x"]},
        },
    ),
    "Rendering Failure": event(
        "Rendering Failure",
        "failure",
        {
            "errorMessage": f"Attribute 'name' is not present in the data for {TARO}",
            "templateName": "connectivity-test",
        },
    ),
    "Subscription": event(
        "Subscription",
        "subscription",
        {
            "contactList": "news",
            "timestamp": "2025-11-05T00:00:07.000Z",
            "source": "UnsubscribeHeader",
            "newTopicPreferences": {
                "unsubscribeAll": True,
                "topicSubscriptionStatus": [
                    {"topicName": "weekly", "subscriptionStatus": "OptOut"}
                ],
            },
        },
    ),
}
