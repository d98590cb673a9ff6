"""The daily and the monthly report: what each check finds, what it leaves alone, and what becomes of what fails."""

import json
import logging
import re
from datetime import timedelta
from types import ModuleType

import pytest

from .checked_aws import Refusal
from .maintenance_aws import (
    COMPLIANCE,
    ENVIRONMENT,
    HARMLESS,
    PEOPLE,
    POLICY,
    SECURITY,
    SERVERS,
    VIA_SERVICE,
    FakeAws,
    deny_elsewhere,
)

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
DAILY = ("daily", 5)
MONTHLY = ("monthly", 4)
QUIET = {
    "daily": ("nothing to do", "対応は不要です"),
    # Somebody has to read the lists.
    "monthly": ("no findings, please review", "指摘はありません。内容をご確認ください"),
}


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


@pytest.fixture
def function(maintenance: ModuleType, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(maintenance, "client", aws.client)
    monkeypatch.setattr(maintenance, "now", lambda: aws.now)
    return maintenance


def run(function: ModuleType, aws: FakeAws, mode: str) -> list[str]:
    """The findings of the mail, in English; there are as many in Japanese."""
    aws.mails.clear()
    function.handler({"mode": mode}, None)
    [(subject, message)] = aws.mails
    english, japanese = message.split(f"\n\n{'-' * 60}\n\n")
    found = [line[2:] for line in english.splitlines() if line.startswith("! ")]
    translated = [line[2:] for line in japanese.splitlines() if line.startswith("! ")]
    assert len(found) == len(translated) and all(JAPANESE.search(line) for line in translated)
    assert not JAPANESE.search(english)
    assert ("nothing to do" in subject or "no findings" in subject) == (found == [])
    return found


@pytest.fixture
def daily(function: ModuleType, aws: FakeAws):
    return lambda: run(function, aws, "daily")


@pytest.fixture
def monthly(function: ModuleType, aws: FakeAws):
    return lambda: run(function, aws, "monthly")


class TestReport:
    @pytest.mark.parametrize(("mode", "checks"), [DAILY, MONTHLY])
    def test_comes_when_everything_is_fine_and_is_short(self, function, aws, mode, checks):
        assert run(function, aws, mode) == []
        [(subject, message)] = aws.mails
        told, japanese = QUIET[mode]
        assert subject == f"ses-prod: {mode} report, {told}"
        english = message.partition("-" * 60)[0]
        assert len(re.findall(r"(?m)^\w", english)) == 1 + checks  # a heading, and one for each check
        assert len(message.splitlines()) < 50
        assert japanese in message

    def test_says_when_in_tokyo(self, function, aws):
        run(function, aws, "daily")
        assert "daily report of 2026-11-25 09:00 JST" in aws.mails[0][1]
        assert "no ERROR, WARNING or DENY since 2026-11-24 09:00 JST" in aws.mails[0][1]

    def test_the_subject_counts(self, function, aws):
        aws.schedule = "DISABLED"
        run(function, aws, "daily")
        assert aws.mails[0][0] == "ses-prod: daily report, 1 finding"
        aws.account["SendingEnabled"] = False
        run(function, aws, "daily")
        assert aws.mails[0][0] == "ses-prod: daily report, 2 findings"
        assert "指摘 2 件" in aws.mails[0][1] and "docs/runbook-reports.md" in aws.mails[0][1]

    def test_measures(self, function, aws):
        aws.account["SendingEnabled"] = False
        run(function, aws, "daily")
        assert aws.metrics == {"DailyReports": 1, "ReportFindings": 1, "FailedChecks": 0, "IpRestrictionFindings": 0}
        run(function, aws, "monthly")
        assert aws.metrics == {"MonthlyReports": 1, "ReportFindings": 0, "FailedChecks": 0}

    @pytest.mark.parametrize("event", [{}, {"mode": "weekly"}, {"mode": None}])
    def test_refuses_another_mode(self, function, aws, event):
        with pytest.raises(ValueError, match="daily, monthly or watch"):
            function.handler(event, None)
        assert aws.mails == [] and not aws.calls

    def test_fails_if_the_mail_cannot_be_sent(self, function, aws):
        """So that Lambda tries again, and an alarm rings; the signal that it came is not given."""
        aws.denied["Publish"] = "AccessDenied"
        with pytest.raises(Exception, match="AccessDenied"):
            function.handler({"mode": "daily"}, None)
        assert aws.metrics == {}

    def test_is_not_sent_twice_because_metrics_fail(self, function, aws, caplog):
        aws.denied["PutMetricData"] = "AccessDenied"
        run(function, aws, "daily")
        assert len(aws.mails) == 1 and "metrics not published" in caplog.text

    @pytest.mark.parametrize("mode", ["daily", "monthly"])
    def test_changes_nothing(self, function, aws, mode):
        run(function, aws, mode)
        changing = {call for call in aws.calls if not call.startswith(("Get", "List", "Describe", "Filter"))}
        assert changing == {"Publish", "PutMetricData"}

    def test_every_finding_is_in_the_log(self, function, aws, caplog):
        for number in range(60):
            aws.add_user(f"production-{number:03}", group="ses-prod-readonly", signed_in=100)
        with caplog.at_level(logging.INFO):
            found = run(function, aws, "daily")
        assert len(found) == function.MOST_FINDINGS + 1 and found[-1].startswith("20 more")
        assert len([record for record in caplog.records if record.message == "finding"]) == 60


class TestFaults:
    """What cannot be looked at is a finding, and everything else is looked at."""

    OPERATIONS = {
        "daily": [
            "ListUsers", "GetLoginProfile", "ListAccessKeys", "GetAccount", "GetSendStatistics", "FilterLogEvents",
            "GetPolicy", "GetPolicyVersion", "ListAttachedGroupPolicies", "ListAttachedUserPolicies",
            "ListGroupsForUser", "GetSchedule",
        ],
        "monthly": [
            "ListUsers", "GetUser", "GetGroup", "ListAttachedGroupPolicies", "ListGroupPolicies", "GetLoginProfile",
            "ListMFADevices", "ListUserPolicies", "GetPolicy", "DescribeLogGroups", "GetBucketLifecycleConfiguration",
            "GetMetricData",
        ],
    }  # fmt: skip
    ALL = [(mode, operation) for mode, operations in OPERATIONS.items() for operation in operations]

    @pytest.mark.parametrize(("mode", "operation"), ALL)
    @pytest.mark.parametrize("how", ["AccessDenied", "Throttling", "timeout"])
    def test_a_call_that_fails(self, function, aws, mode, operation, how):
        aws.denied[operation] = how
        found = run(function, aws, mode)
        assert found
        why = "ConnectTimeoutError" if how == "timeout" else f"{how} ({operation})"
        assert all(why in line or "left out after that" in line for line in found)
        assert all("could not be checked" in line or "left out" in line for line in found)
        assert aws.metrics["FailedChecks"] == len(found) and aws.metrics["ReportFindings"] == 0
        # The text of an error may hold anything.
        assert "taro@example.jp" not in aws.mails[0][1]

    def test_the_other_checks_still_run(self, daily, aws):
        aws.denied["ListUsers"] = "AccessDenied"
        aws.schedule = "DISABLED"
        aws.write('{"level": "DENY", "event": "AccessDenied"}')
        found = daily()
        assert sum("could not be checked" in line for line in found) == 2  # sign-ins; users without a group
        assert sum("DENY 1" in line for line in found) == 2 and "switched off" in found[-1]

    def test_one_user_that_cannot_be_read_hides_no_other(self, daily, aws):
        aws.add_user("production-a", group="ses-prod-admin", signed_in=100)
        aws.add_user("production-gone", group="ses-prod-admin")
        aws.add_user("production-z", group="ses-prod-admin", signed_in=100)
        original = aws.iam_list_access_keys

        def vanished(UserName: str, **more: str):
            if UserName == "production-gone":
                raise Refusal("NoSuchEntity")
            return original(UserName, **more)

        aws.iam_list_access_keys = vanished
        found = daily()
        assert [line.partition(" ")[0] for line in found] == ["production-a", "production-z", "production-gone"]

    def test_a_service_that_is_down_is_not_asked_for_every_user(self, function, daily, aws):
        for number in range(300):
            aws.add_user(f"production-{number:03}", group="ses-prod-readonly")
        aws.denied["GetLoginProfile"] = "timeout"
        found = daily()
        assert aws.calls["GetLoginProfile"] == function.MOST_FAILURES
        assert "left out" in found[function.MOST_FAILURES]

    def test_an_answer_that_nobody_expected(self, daily, aws):
        aws.account = {"SendingEnabled": True, "SendQuota": {"Max24HourSend": 5.0, "SentLast24Hours": 1.0}}
        assert daily() == []
        del aws.account["SendingEnabled"]
        [found] = daily()
        assert "could not be checked: KeyError" in found


class TestSignIns:
    @pytest.mark.parametrize(("days", "told"), [(89, False), (90, True), (400, True)])
    def test_a_user_who_has_not_signed_in(self, daily, aws, days, told):
        aws.users["production-readonly"] |= {"signed_in": days, "password": 500}
        found = daily()
        assert bool(found) is told
        if told:
            assert re.match(rf"production-readonly .* has not signed in for {days} days \(last: 20\d\d-\d\d-\d\d\)", found[0])
            assert "aws iam delete-login-profile --user-name production-readonly" in found[0]

    def test_a_user_who_never_signed_in(self, daily, aws):
        aws.users["production-readonly"] |= {"signed_in": None, "password": 91}
        assert "for 91 days (last: never)" in daily()[0]

    def test_a_new_password_gives_time(self, daily, aws):
        aws.users["production-readonly"] |= {"signed_in": 300, "password": 3}
        assert daily() == []
        aws.users["production-readonly"] |= {"signed_in": None}
        assert daily() == []

    def test_who_has_neither_password_nor_key_cannot_sign_in(self, daily, aws):
        """As a launch leaves the three users."""
        aws.users["production-readonly"] |= {"signed_in": None, "password": None}
        assert daily() == []
        assert "3 users, 2 with a password" in aws.mails[0][1]

    @pytest.mark.parametrize(
        ("key", "told"),
        [
            (("Active", 200, 5), None),
            (("Active", 200, 95), "for 95 days (last: 20"),
            (("Active", 200, None), "for 200 days (last: never)"),
            (("Active", 5, None), None),
            (("Inactive", 200, 95), None),
        ],
    )
    def test_access_keys(self, daily, aws, key, told):
        aws.add_user("production-tool", group="ses-prod-admin", password=None, signed_in=None, keys=(key,))
        found = daily()
        assert len(found) == (told is not None)
        if told:
            assert told in found[0] and "--access-key-id AKIATOOL000000000000 --status Inactive" in found[0]

    def test_both_keys_of_hundreds_of_users(self, daily, aws):
        for number in range(250):
            keys = (("Active", 300, 1), ("Active", 300, 120 if number == 249 else 1))
            aws.add_user(f"production-{number:04}", group="ses-prod-readonly", keys=keys)
        [found] = daily()
        assert "production-0249" in found and "253 users" in aws.mails[0][1]

    def test_only_users_of_this_environment(self, daily, aws):
        aws.add_user("development-admin", path="/ses/dev/", signed_in=300)
        aws.add_user("somebody", path="/", signed_in=300)
        assert daily() == []

    def test_the_last_sign_ins_are_listed(self, daily, aws):
        daily()
        assert "production-admin 2026-11-24 09:00 JST" in aws.mails[0][1]


class TestSending:
    def quarter(self, aws, **counts):
        aws.points.append(aws.point(2, 0, **counts))

    @pytest.mark.parametrize(
        ("counts", "told"),
        [
            ({"Bounces": 1199}, None),
            ({"Bounces": 1200}, "5.00 % of the mail of 24 hours bounced; the limit is 5 %"),
            ({"Complaints": 23}, None),
            ({"Complaints": 24}, "0.10 % of the mail of 24 hours were reported as spam; the limit is 0.1 %"),
            ({"Rejects": 1}, "SES rejected 1 mail because of malware"),
        ],
    )
    def test_rates(self, daily, aws, counts, told):
        self.quarter(aws, **counts)
        found = daily()
        assert len(found) == (told is not None)
        assert told is None or told in found[0]

    def test_a_few_mails_have_no_rate(self, daily, aws):
        aws.points = [aws.point(2, 99, Bounces=50)]
        assert daily() == []
        aws.points = [aws.point(2, 100, Bounces=50)]
        assert len(daily()) == 1

    def test_what_happened_before_yesterday_does_not_count(self, daily, aws):
        aws.points.append(aws.point(30, 0, Bounces=50_000, Rejects=3))
        assert daily() == []

    @pytest.mark.parametrize(("mails", "told"), [(3.1, True), (2.9, False), (0.34, False), (0.32, True), (0, True)])
    def test_more_or_less_than_usual(self, daily, aws, mails, told):
        before = [point for point in aws.points if point["Timestamp"] <= aws.now - timedelta(days=1)]
        aws.points = before + [aws.point(hours, int(1000 * mails)) for hours in range(1, 25)]
        found = daily()
        assert bool(found) is told
        assert not told or re.search(r"\b240\d\d are usual", found[0])

    def test_nobody_knows_what_is_usual_in_the_first_days(self, daily, aws):
        aws.points = [aws.point(hours, 1) for hours in range(25, 48)] + [aws.point(1, 100_000)]
        assert daily() == []
        assert "usual: ?" in aws.mails[0][1]

    def test_no_mail_at_all_is_no_finding_where_there_never_was_any(self, daily, aws):
        aws.points = []
        assert daily() == []

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"SendingEnabled": False}, "does not send"),
            ({"EnforcementStatus": "PROBATION"}, "under PROBATION"),
            ({"EnforcementStatus": "SHUTDOWN"}, "under SHUTDOWN"),
            ({"SendQuota": {"Max24HourSend": 1000.0, "SentLast24Hours": 800.0}}, "80 % of the quota"),
            ({"SendQuota": {"Max24HourSend": 1000.0, "SentLast24Hours": 799.0}}, None),
            ({"SendQuota": {"Max24HourSend": -1.0, "SentLast24Hours": 799.0}}, None),
        ],
    )
    def test_state_of_the_account(self, daily, aws, change, told):
        aws.account |= change
        found = daily()
        assert len(found) == (told is not None)
        assert told is None or told in found[0]


class TestSecurityLog:
    def line(self, level: str, event: str = "AccessDenied", **more: str) -> str:
        return json.dumps({"level": level, "event": event, "term": "警告", **more}, ensure_ascii=False)

    def test_levels_and_kinds_are_counted_in_both_groups(self, daily, aws):
        for level, event, number in [("DENY", "AccessDenied", 4), ("ERROR", "KeyMisuse", 1), ("WARNING", "X", 2)]:
            for _ in range(number):
                aws.write(self.line(level, event))
        found = daily()
        assert [line.partition(":")[0] for line in found] == [SECURITY, COMPLIANCE]
        for line in found:
            assert "ERROR 1, WARNING 2, DENY 4 since 2026-11-24 09:00 JST (AccessDenied 4, X 2, KeyMisuse 1)" in line

    def test_only_one_of_the_groups(self, daily, aws):
        aws.write(self.line("DENY"), 1, COMPLIANCE)
        [found] = daily()
        assert found.startswith(COMPLIANCE)

    def test_since_the_report_of_the_day_before(self, daily, aws):
        aws.write(self.line("DENY"), 24.5)
        assert daily() == []
        aws.write(self.line("DENY"), 23.5)
        assert "DENY 1" in daily()[0]

    @pytest.mark.parametrize(
        ("hours", "since"),
        [(0, "2026-11-24 09:00"), (0.5, "2026-11-24 09:00"), (14, "2026-11-24 09:00"), (23.9, "2026-11-24 09:00"),
         (24, "2026-11-25 09:00"), (-0.1, "2026-11-23 09:00")],
    )  # fmt: skip
    def test_a_late_or_an_extra_report_leaves_no_gap(self, daily, aws, hours, since):
        aws.now += timedelta(hours=hours)
        daily()
        assert f"since {since} JST" in aws.mails[0][1]

    def test_a_line_that_is_no_json_counts_by_its_words(self, daily, aws):
        aws.write("2026-11-25 DENY everything from taro@example.jp")
        aws.write('["ERROR"]')
        aws.write(json.dumps({"level": "DENY", "event": "taro@example.jp 03-1234-5678"}))
        aws.write(json.dumps({"level": "INFO", "event": "WARNING"}))
        found = daily()
        assert "ERROR 1, WARNING 1, DENY 2" in found[0]
        assert "taro" not in aws.mails[0][1] and "03-1234" not in aws.mails[0][1]

    def test_more_lines_than_are_counted(self, function, daily, aws, monkeypatch):
        monkeypatch.setattr(function, "MOST_LINES", 10)
        for _ in range(12):
            aws.write(self.line("DENY"), 1, SECURITY)
        assert "DENY 10+ since" in daily()[0]

    def test_a_group_that_is_gone(self, daily, aws):
        del aws.lines[COMPLIANCE]
        [found] = daily()
        assert f"{COMPLIANCE} could not be checked: ResourceNotFoundException" in found


RESTRICTION, SENDING = f"{POLICY}ip-restriction", f"{POLICY}ses-ip-restricted-policy"


class TestIpRestriction:
    @pytest.mark.parametrize(
        "document",
        [
            HARMLESS,
            {"Version": "2012-10-17", "Statement": []},
            deny_elsewhere(PEOPLE, Bool={"aws:ViaAWSService": "false", "aws:SecureTransport": "true"}),
            deny_elsewhere(PEOPLE, StringEquals={"aws:username": "nobody"}),
            {"Statement": [deny_elsewhere(PEOPLE)["Statement"][0] | {"Action": "s3:*"}]},
            {"Statement": [deny_elsewhere(PEOPLE)["Statement"][0] | {"Effect": "Allow"}]},
            {"Statement": [deny_elsewhere(PEOPLE)["Statement"][0] | {"Resource": "arn:aws:s3:::x"}]},
        ],
    )
    def test_a_policy_that_restricts_nothing(self, daily, aws, document):
        aws.set_policy(RESTRICTION, document)
        [found] = daily()
        assert "ses-prod-ip-restriction denies nothing" in found
        assert aws.metrics["IpRestrictionFindings"] == 1

    @pytest.mark.parametrize(
        ("networks", "told"),
        [
            ([*PEOPLE, "198.51.100.0/24"], "198.51.100.0/24 in excess, - missing"),
            (["0.0.0.0/0"], "0.0.0.0/0 in excess, 202.217.0.0/16 missing"),
            (PEOPLE, None),
        ],
    )
    def test_other_networks(self, daily, aws, networks, told):
        aws.set_policy(RESTRICTION, deny_elsewhere(networks, **VIA_SERVICE))
        found = daily()
        assert len(found) == (told is not None)
        assert told is None or told in found[0]

    def test_one_network_may_stand_without_a_list(self, daily, aws):
        document = deny_elsewhere([], **VIA_SERVICE)
        document["Statement"][0]["Condition"]["NotIpAddress"]["aws:SourceIp"] = PEOPLE[0]
        document["Statement"] = document["Statement"][0]
        aws.set_policy(RESTRICTION, document)
        assert daily() == []

    @pytest.mark.parametrize("arn", [RESTRICTION, SENDING])
    def test_a_policy_that_is_gone(self, daily, aws, arn):
        del aws.policies[arn]
        assert f"{arn.rpartition('/')[2]} is missing" in daily()[0]

    def test_a_mail_server_more_than_configured(self, daily, aws):
        aws.set_policy(SENDING, deny_elsewhere([*SERVERS, "203.0.113.9/32"]))
        [found] = daily()
        assert "203.0.113.9/32 in excess" in found

    def test_a_group_without_it(self, daily, aws):
        aws.groups["ses-prod-admin"]["attached"].remove(RESTRICTION)
        [found] = daily()
        assert found.startswith("ses-prod-admin is not bound")
        assert aws.metrics["IpRestrictionFindings"] == 1

    def test_it_is_on_a_later_page(self, daily, aws):
        aws.groups["ses-prod-admin"]["attached"].sort(key=lambda arn: arn == RESTRICTION)
        assert daily() == []

    def test_the_smtp_user_without_it(self, daily, aws):
        aws.users["ses-prod-smtp"]["attached"].clear()
        [found] = daily()
        assert found.startswith("ses-prod-smtp does not have ses-prod-ses-ip-restricted-policy")

    def test_a_user_in_no_group(self, daily, aws):
        aws.add_user("production-new")
        aws.groups["other"] = {"attached": [], "inline": [], "members": ["production-new"]}
        [found] = daily()
        assert found.startswith("production-new is in none of the groups")


def test_a_monthly_report_that_is_switched_off(daily, aws):
    aws.schedule = "DISABLED"
    [found] = daily()
    assert "ses-prod-monthly-report is switched off" in found


class TestRights:
    def test_members_are_listed_for_the_review(self, monthly, aws):
        for number in range(25):
            aws.add_user(f"production-{number:03}", group="ses-prod-readonly")
        assert monthly() == []
        assert "ses-prod-admin: production-admin. Does everybody still need that?" in aws.mails[0][1]
        assert "production-018 … (+6)" in aws.mails[0][1]

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (lambda group: group["attached"].append("arn:aws:iam::aws:policy/AdministratorAccess"), "AdministratorAccess in excess"),
            (lambda group: group["attached"].remove(f"{POLICY}mfa-enforcement"), "ses-prod-mfa-enforcement missing"),
            (lambda group: group["inline"].append("mine"), "mine in excess"),
        ],
    )
    def test_policies_of_a_group(self, monthly, aws, change, told):
        change(aws.groups["ses-prod-readonly"])
        [found] = monthly()
        assert found.startswith("The policies of ses-prod-readonly") and told in found

    def test_a_stranger_in_a_group(self, monthly, aws):
        aws.add_user("somebody", path="/", group="ses-prod-admin")
        [found] = monthly()
        assert "aws iam remove-user-from-group --group-name ses-prod-admin --user-name somebody" in found

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"attached": ["arn:aws:iam::aws:policy/AdministratorAccess"]}, "policies of its own: AdministratorAccess"),
            ({"inline": ["mine"]}, "policies of its own: mine"),
            ({"boundary": None}, "permissions boundary"),
            ({"boundary": "arn:aws:iam::aws:policy/AdministratorAccess"}, "permissions boundary"),
            ({"mfa": False}, "no MFA device"),
            ({"mfa": False, "password": None}, None),
        ],
    )
    def test_a_user(self, monthly, aws, change, told):
        aws.users["production-monitoring"] |= change
        found = monthly()
        assert len(found) == (told is not None)
        assert told is None or (found[0].startswith("production-monitoring") and told in found[0])


class TestSettings:
    def test_a_policy_that_is_gone(self, monthly, aws):
        del aws.policies[f"{POLICY}people-boundary"]
        [found] = monthly()
        assert "ses-prod-people-boundary is missing" in found

    def test_mfa_is_not_asked_for(self, monthly, aws):
        aws.set_policy(f"{POLICY}mfa-enforcement", HARMLESS)
        [found] = monthly()
        assert "does not ask for MFA" in found

    @pytest.mark.parametrize(
        ("version", "days", "told"), [("v2", 10, True), ("v2", 31, True), ("v2", 32, False), ("v1", 3, False)]
    )
    def test_a_policy_that_changed_since_the_last_review(self, monthly, aws, version, days, told):
        aws.set_policy(f"{POLICY}ses-admin", HARMLESS, version, days)
        found = monthly()
        assert bool(found) is told
        assert not told or "ses-prod-ses-admin was changed on 2026-" in found[0]

    def test_the_smtp_user_has_more_than_it_needs(self, monthly, aws):
        aws.users["ses-prod-smtp"]["attached"].append("arn:aws:iam::aws:policy/AmazonSESFullAccess")
        aws.groups["ses-prod-admin"]["members"].append("ses-prod-smtp")
        found = monthly()
        assert any("ses-prod-smtp has more than the right to send: AmazonSESFullAccess, ses-prod-admin" in x for x in found)


class TestLogKeeping:
    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"retentionInDays": 30}, "keeps its lines for 30 days; 90 days are configured"),
            ({"retentionInDays": None}, "keeps its lines for ever"),
            ({"storedBytes": 10 * 2**30}, "holds 10.0 GiB; 10 are expected at most"),
            ({"storedBytes": 10 * 2**30 - 2**20}, None),
            ({"dataProtectionStatus": "DISABLED"}, "does not hide personal data"),
            ({"dataProtectionStatus": None}, "does not hide personal data"),
        ],
    )
    def test_a_log_group(self, monthly, aws, change, told):
        item = aws.log_groups["/aws/lambda/ses-prod-mask-events"] | change
        aws.log_groups["/aws/lambda/ses-prod-mask-events"] = {k: v for k, v in item.items() if v is not None}
        found = monthly()
        assert len(found) == (told is not None)
        assert told is None or (found[0].startswith("/aws/lambda/ses-prod-mask-events") and told in found[0])

    def test_hundreds_of_log_groups(self, monthly, aws):
        for number in range(200):
            item = {"retentionInDays": 90 if number < 199 else 7, "storedBytes": 2**30, "dataProtectionStatus": "ACTIVATED"}
            aws.log_groups[f"/aws/lambda/ses-prod-{number:03}"] = item
        [found] = monthly()
        assert found.startswith("/aws/lambda/ses-prod-199 keeps its lines for 7 days")
        assert "206 log groups, 200.01 GiB together" in aws.mails[0][1]

    def test_log_groups_of_others_do_not_matter(self, monthly, aws):
        aws.log_groups["/aws/lambda/ses-dev-mask-events"] = {"storedBytes": 0}
        assert monthly() == []

    def test_a_security_log_group_that_is_gone(self, monthly, aws):
        del aws.log_groups[SECURITY]
        [found] = monthly()
        assert f"The log group {SECURITY} is missing" in found

    def test_sizes_of_the_buckets_are_shown(self, monthly, aws):
        raw = "ses-prod-raw-logs-123456789012"
        aws.sizes = {(raw, "StandardStorage"): [2**30, 5 * 2**30], (raw, "GlacierStorage"): [2**31]}
        assert monthly() == []
        assert f"Log buckets: {raw} 3.00 GiB, ses-prod-masked-logs-123456789012 0.00 GiB." in aws.mails[0][1]

    @pytest.mark.parametrize(("days", "told"), [(2557, None), (30, "keeps its objects for 30 days"), (None, "for ever")])
    def test_a_bucket(self, monthly, aws, days, told):
        aws.expiry["ses-prod-raw-logs-123456789012"] = days
        found = monthly()
        assert len(found) == (told is not None)
        assert told is None or (told in found[0] and "2557 days are configured" in found[0])


class TestIpList:
    def test_is_shown_for_the_review(self, monthly, aws):
        assert monthly() == []
        assert "People work from 202.217.0.0/16, mail servers send from 202.217.75.98/32, 202.217.75.91/32." in aws.mails[0][1]

    def test_differs_from_the_policies(self, monthly, aws):
        aws.set_policy(SENDING, deny_elsewhere(SERVERS[:1]))
        [found] = monthly()
        assert "- in excess, 202.217.75.91/32 missing" in found
