"""The state: compare-and-set on the version numbers, changes by hand, and a state that is lost."""

import json

import pytest

from ..checked_aws import no_answer
from . import deployed
from .fake_aws import FakeAws
from .world import PARAMETER, PREFIX, World

FIRST = "ses-20261125-1"


@pytest.fixture
def stores():
    world = World()
    module = world.modules["DKIMRotationOrchestrator"]
    return world.aws, [module.StateStore(world.aws.client("ssm"), PARAMETER) for _ in range(2)], module


class TestStore:
    def test_of_two_writers_one_wins(self, stores):
        aws, (one, two), module = stores
        one.write({"domain": "d", "schema": 2, "by": "first"})
        assert one.read()["by"] == two.read()["by"] == "first"
        one.write({"domain": "d", "schema": 2, "by": "one"})
        with pytest.raises(module.Conflict):
            two.write({"domain": "d", "schema": 2, "by": "two"})
        # The version of the loser is the newest, and does not count.
        assert json.loads(aws.parameters[PARAMETER][-1])["by"] == "two"
        assert one.read()["by"] == two.read()["by"] == "one" and not one.edited
        two.write({"domain": "d", "schema": 2, "by": "two, again"})
        assert one.read()["by"] == "two, again"

    def test_of_two_first_writers_one_wins(self, stores):
        _, (one, two), module = stores
        assert one.read() is None and two.read() is None
        one.write({"domain": "d", "schema": 2, "by": "one"})
        with pytest.raises(module.Conflict):
            two.write({"domain": "d", "schema": 2, "by": "two"})
        assert two.read()["by"] == "one"

    @pytest.mark.parametrize("times", [1, 2])
    def test_a_lost_answer_is_no_lost_write(self, stores, times):
        """A client that gets no answer may have written, even twice."""
        aws, (one, two), _ = stores

        def fault(service, name, effect):
            if name != "put_parameter":
                return effect()
            for _ in range(times - 1):
                effect()
            answer = effect()
            aws.fault = None
            if times == 2:
                return answer
            raise no_answer(service)

        one.write({"domain": "d", "schema": 2, "by": "first"})
        aws.fault = fault
        one.write({"domain": "d", "schema": 2, "by": "second"})
        assert two.read()["by"] == "second"
        one.write({"domain": "d", "schema": 2, "by": "third"})
        assert two.read()["by"] == "third"

    @pytest.mark.parametrize("text", ["no JSON", "[]", "{}", '{"domain": "d", "revision": 7}'])
    def test_what_a_person_has_spoilt_does_not_count(self, stores, text):
        aws, (one, _), _ = stores
        one.write({"domain": "d", "schema": 2, "by": "first"})
        aws.parameters[PARAMETER].append(text)
        assert one.read()["by"] == "first" and one.edited
        one.write({"domain": "d", "schema": 2, "by": "second"})
        assert one.read()["by"] == "second" and not one.edited

    def test_nothing_that_counts_is_an_error(self, stores):
        aws, (one, _), module = stores
        aws.parameters[PARAMETER] = ["no JSON"] * 3
        with pytest.raises(module.StateProblem, match="no version"):
            one.read()

    def test_another_schema_is_refused(self, stores):
        aws, (one, _), module = stores
        aws.parameters[PARAMETER] = ['{"domain": "d", "schema": 3}']
        with pytest.raises(module.StateProblem, match="schema 3"):
            one.read()


class TestSchema1:
    """What earlier functions wrote and production has."""

    OLD = {
        "schema": 1, "revision": 1, "domain": "goo.ne.jp", "phase": "switch", "phase_since": "2027-11-26T00:00:03Z", "sequence": 2,
        "active": {"selector": "ses-20261125-1", "secret": "/s", "public_key": "A", "created": "2026-11-25T00:00:02Z", "activated": "2026-11-26T00:00:09Z"},
        "next": {"selector": "ses-20271026-2", "secret": "/s", "public_key": "B", "created": "2027-10-26T00:00:02Z", "trigger": "by-hand",
                 "switch_from": "2027-11-26T00:00:00Z", "due": "2027-11-26T00:00:00Z", "due_first": "2027-11-26T00:00:00Z", "seen": None,
                 "announced": "2027-10-26T00:00:03Z", "leaked": True, "replace": None},
        "previous": [{"selector": "ses-20251126-0", "secret": "/s", "public_key": "C", "created": "x", "activated": None, "retire_from": "x"}],
        "before": None, "effect": {"kind": "switch", "selector": "ses-20271026-2", "started": "2027-11-26T00:00:03Z"}, "lease": None,
        "request": None, "answered": {f"wish-{number:04}": {"did": [], "refused": None} for number in range(8)}, "stopped": None,
        "outbox": [{"id": "announce/ses-20271026-2", "at": "2027-10-26T00:00:03Z", "kind": "announce", "key": "ses-20271026-2"}],
        "sent": {}, "written": "2f6d0c1b9e4a",
    }  # fmt: skip

    def test_is_read_as_schema_2(self, stores):
        aws, (one, _), module = stores
        aws.parameters[PARAMETER] = [json.dumps(self.OLD)]
        found = one.read()
        assert set(found) == {*module.new_state("goo.ne.jp", module.now()), "revision", "written"}
        assert found["schema"] == 2 and not one.edited
        assert found["active"]["leaked"] and found["next"]["urgent"] and "leaked" not in found["next"]
        assert found["discard"] == ["ses-20251126-0"] and found["previous"] == []
        assert found["effect"] == {"kind": "put", "selector": "ses-20271026-2", "why": "switch", "started": "2027-11-26T00:00:03Z"}
        assert found["puts"] == [{"selector": "ses-20271026-2", "at": "2027-11-26T00:00:03Z", "why": "switch"}]
        assert found["outbox"] == [{"id": "announce/ses-20271026-2", "at": "2027-10-26T00:00:03Z"}] and len(found["answered"]) == 4

    @pytest.mark.parametrize("kind", ["generate", "discard"])
    def test_what_can_be_begun_again_is_no_effect_any_more(self, stores, kind):
        aws, (one, _), _ = stores
        aws.parameters[PARAMETER] = [json.dumps(self.OLD | {"effect": {**self.OLD["effect"], "kind": kind}})]
        assert one.read()["effect"] is None

    def test_a_domain_goes_on_from_it(self, steady):
        document = steady.stored()
        for name in ("ses", "other", "unsigned", "puts", "hold", "discard"):
            del document[name]
        document |= {"schema": 1, "revision": len(steady.aws.parameters[PARAMETER]) + 1}
        document["active"]["secret"] = PREFIX + FIRST
        steady.aws.parameters[PARAMETER].append(json.dumps(document))
        steady.go_to(11)
        steady.hour()
        steady.publish()
        steady.days(40, steady.check_invariant)
        assert steady.stored()["schema"] == 2 and steady.stored()["active"]["selector"].endswith("-2")
        assert steady.signs_and_verifies()


class TestByHand:
    def test_a_document_without_revision_is_taken(self, steady):
        document = steady.stored()
        del document["revision"]
        document["active"]["activated"] = "2025-12-20T00:00:00Z"
        steady.aws.parameters[PARAMETER].append(json.dumps(document))
        steady.days(1)
        assert steady.kinds() == ["announce"] and steady.stored()["next"]["trigger"] == "yearly"

    def test_one_that_kept_its_revision_is_not_and_people_are_told(self, steady):
        document = steady.stored()
        document["active"] = None
        steady.aws.parameters[PARAMETER].append(json.dumps(document))
        steady.days(1)
        assert steady.stored()["active"]["selector"] == FIRST
        assert steady.kinds() == ["state-not-counted"]

    def test_keys_that_are_missing_have_their_first_values(self, steady):
        document = {name: steady.stored()[name] for name in ("schema", "domain", "phase", "phase_since", "active")}
        steady.aws.parameters[PARAMETER].append(json.dumps(document))
        steady.go_to(11)
        steady.hour()
        # The number of the key in use is not used again, though the document does not name it.
        assert steady.stored()["next"]["selector"].endswith("-2")


class TestAfterALoss:
    def test_a_state_that_is_gone_is_found_again(self, steady):
        before = steady.stored()
        del steady.aws.parameters[PARAMETER]
        steady.hours(2, steady.check_invariant)
        state = steady.stored()
        for name in ("selector", "public_key", "created"):
            assert state["active"][name] == before["active"][name]
        assert state["phase"] == "steady" and steady.signing_selector() == FIRST and steady.orphans() == set()

    def test_an_identity_that_was_made_anew_gets_its_key_again(self, steady):
        steady.aws.ses.make_anew()
        steady.hours(1)
        assert steady.signing_selector() is None, "one answer alone may be an old one"
        steady.hours(1)
        assert steady.signing_selector() == FIRST and steady.kinds()[-1] == "reapplied"

    def test_a_key_that_somebody_else_set_is_not_touched(self, world):
        from . import keys

        private = keys.base64.b64encode(keys.pair(7)[0]).decode()
        world.give_by_hand("old", private)
        world.hour()
        world.publish()
        world.days(2)
        assert world.signing_selector() == "old" and "foreign-key" in world.kinds()
        # A person may say, by its name, that it can go.
        world.call(action="rotate-now", by="hanako", reason="take over", replace="other")
        world.hours(3)
        assert world.signing_selector() == "old"
        world.call(action="rotate-now", by="hanako", reason="take over", replace="old")
        world.hours(3)
        assert world.signing_selector() == FIRST

    def test_an_old_key_that_somebody_put_back_is_taken_over(self, steady):
        steady.go_to(11)
        steady.hour()
        steady.publish()
        steady.days(32)
        steady.give_by_hand(FIRST)
        steady.hours(3, steady.check_invariant)
        assert steady.stored()["active"]["selector"] == FIRST and steady.signs_and_verifies()
        assert steady.kinds()[-1] == "by-hand" and steady.stored()["hold"]["why"] == "by-hand"

    def test_the_secret_of_a_key_is_restored_if_its_deletion_was_scheduled_by_mistake(self, world):
        world.hour()
        world.aws.client("secretsmanager").delete_secret(SecretId=PREFIX + FIRST, RecoveryWindowInDays=30)
        made = world.aws.functions[deployed.FUNCTIONS["DKIMKeyGenerator"]]({"action": "generate", "selector": FIRST}, None)
        assert made["public_key"] == world.stored()["next"]["public_key"]
        assert world.aws.secrets[PREFIX + FIRST]["deleted"] is None and world.aws.pairs_made == 1


@pytest.mark.parametrize("function", ["DKIMKeyGenerator", "SESConfigUpdater", "NotificationManager", "ValidationMonitor"])
@pytest.mark.parametrize("event", [{"domain": "example.com"}, {"action": "x", "selector": "ses-20261125-1", "kind": "x"}])
def test_what_the_functions_refuse(steady, function, event):
    call = steady.aws.functions[deployed.FUNCTIONS[function]]
    if function == "ValidationMonitor" and "domain" not in event:
        return  # it has one action only
    with pytest.raises(ValueError):
        call(event, None)


@pytest.mark.parametrize("selector", ["ses-2026-1", "ses-20261125-0", "other", "../x", "", None, "ses-20261125-1/x"])
def test_selectors_that_are_not_ours(steady, selector):
    call = steady.aws.functions[deployed.FUNCTIONS["DKIMKeyGenerator"]]
    for action in ("generate", "describe", "discard"):
        with pytest.raises(ValueError, match="no selector"):
            call({"action": action, "selector": selector}, None)


def test_fake_aws_checks_as_aws_does(steady):
    """A fake that takes everything proves nothing."""
    aws: FakeAws = steady.aws
    with pytest.raises(AssertionError, match="KeyPairSpec"):
        aws.client("kms").generate_data_key_pair(KeyId="k", KeyPairSpec=2048, EncryptionContext={})
    with pytest.raises(AttributeError):
        aws.client("sesv2").delete_email_identity(EmailIdentity="goo.ne.jp")
