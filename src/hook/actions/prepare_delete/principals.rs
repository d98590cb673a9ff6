//! Users, groups and roles: what was added to them by hand.

use serde_json::{Value, json};

use super::deployed::{Deployed, Resource};
use super::plan::Plan;
use crate::hook::actions::Failure;
use crate::hook::allowed::Place;

/// A kind of credential that programs sign in with, and IAM's names for it.
struct Key {
    name: &'static str,
    list: &'static str,
    items: &'static str,
    id: &'static str,
    delete: &'static str,
}

const KEYS: &[Key] = &[
    Key {
        name: "access key",
        list: "list_access_keys",
        items: "AccessKeyMetadata",
        id: "AccessKeyId",
        delete: "delete_access_key",
    },
    Key {
        name: "SSH key",
        list: "list_ssh_public_keys",
        items: "SSHPublicKeys",
        id: "SSHPublicKeyId",
        delete: "delete_ssh_public_key",
    },
    Key {
        name: "service credential",
        list: "list_service_specific_credentials",
        items: "ServiceSpecificCredentials",
        id: "ServiceSpecificCredentialId",
        delete: "delete_service_specific_credential",
    },
    Key {
        name: "signing certificate",
        list: "list_signing_certificates",
        items: "Certificates",
        id: "CertificateId",
        delete: "delete_signing_certificate",
    },
];

/// IAM's names for the policies of a kind of principal.
struct Policies {
    /// The parameter that names the principal.
    key: &'static str,
    attached: &'static str,
    detach: &'static str,
    inline: &'static str,
    delete: &'static str,
}

const OF_USERS: Policies = Policies {
    key: "UserName",
    attached: "list_attached_user_policies",
    detach: "detach_user_policy",
    inline: "list_user_policies",
    delete: "delete_user_policy",
};
const OF_GROUPS: Policies = Policies {
    key: "GroupName",
    attached: "list_attached_group_policies",
    detach: "detach_group_policy",
    inline: "list_group_policies",
    delete: "delete_group_policy",
};
const OF_ROLES: Policies = Policies {
    key: "RoleName",
    attached: "list_attached_role_policies",
    detach: "detach_role_policy",
    inline: "list_role_policies",
    delete: "delete_role_policy",
};

/// A person's access goes first, then what it was made of. Active keys of programs need a person's word.
pub fn user(plan: &mut Plan<'_>, stack: &Deployed, user: &Resource, place: &Place) -> Result<(), Failure> {
    let name = user.name.as_str();
    let of_user = json!({"UserName": name});
    let password = plan.ask(&format!("the password of `{name}`"), "iam", "get_login_profile", of_user.clone())?;
    if !password.is_null() {
        plan.remove(format!("the password of `{name}`"), "delete_login_profile", of_user.clone());
    }
    for key in KEYS {
        keys(plan, stack, name, key, place)?;
    }
    for device in
        plan.list(&format!("the MFA devices of `{name}`"), "list_mfa_devices", of_user.clone(), "MFADevices")?
    {
        let serial = text(&device, "SerialNumber");
        let what = format!("the MFA device `{}` of `{name}`", serial.rsplit('/').next().unwrap_or(serial));
        plan.remove(what, "deactivate_mfa_device", json!({"UserName": name, "SerialNumber": serial}));
        if serial.contains(":mfa/") {
            plan.remove("", "delete_virtual_mfa_device", json!({"SerialNumber": serial}));
        }
    }
    for group in plan.list(&format!("the groups of `{name}`"), "list_groups_for_user", of_user, "Groups")? {
        let group = text(&group, "GroupName");
        if !stack.connects(user, group) {
            leave(plan, name, group);
        }
    }
    policies(plan, stack, user, &OF_USERS)
}

/// Members that the stack does not delete leave the group. Those that it does have left it by then.
pub fn group(plan: &mut Plan<'_>, stack: &Deployed, group: &Resource) -> Result<(), Failure> {
    let name = group.name.as_str();
    for member in plan.list(&format!("the members of `{name}`"), "get_group", json!({"GroupName": name}), "Users")? {
        let member = text(&member, "UserName");
        if !stack.takes_user(member) && !stack.connects(group, member) {
            leave(plan, member, name);
        }
    }
    policies(plan, stack, group, &OF_GROUPS)
}

pub fn role(plan: &mut Plan<'_>, stack: &Deployed, role: &Resource) -> Result<(), Failure> {
    policies(plan, stack, role, &OF_ROLES)
}

fn leave(plan: &mut Plan<'_>, user: &str, group: &str) {
    let parameters = json!({"UserName": user, "GroupName": group});
    plan.remove(format!("`{user}` from group `{group}`"), "remove_user_from_group", parameters);
}

fn keys(plan: &mut Plan<'_>, stack: &Deployed, user: &str, kind: &Key, place: &Place) -> Result<(), Failure> {
    let what = format!("the {}s of `{user}`", kind.name);
    for key in plan.list(&what, kind.list, json!({"UserName": user}), kind.items)? {
        let id = text(&key, kind.id);
        if stack.has("AWS::IAM::AccessKey", id) {
            continue;
        }
        if text(&key, "Status") == "Inactive" || place.is_allowed() {
            let parameters = json!({"UserName": user, kind.id: id});
            plan.remove(format!("the {} `{id}` of `{user}`", kind.name), kind.delete, parameters);
        } else {
            let used = if kind.id == "AccessKeyId" { last_use(plan, id)? } else { String::new() };
            plan.stop(format!(
                "user `{user}` has the active {} `{id}`{used}; make it inactive, or set {place} to delete it",
                kind.name
            ));
        }
    }
    Ok(())
}

/// When a key was last used, and for what, in brackets.
fn last_use(plan: &mut Plan<'_>, key: &str) -> Result<String, Failure> {
    let what = format!("the last use of `{key}`");
    let answer = plan.ask(&what, "iam", "get_access_key_last_used", json!({"AccessKeyId": key}))?;
    let used = &answer["AccessKeyLastUsed"];
    let Some(day) = used["LastUsedDate"].as_str().and_then(|time| time.get(..10)) else {
        return Ok(if answer.is_null() { String::new() } else { " (never used)".to_owned() });
    };
    Ok(format!(" (last used on {day} for {})", used["ServiceName"].as_str().unwrap_or("an unknown service")))
}

/// Policies that the template did not give: CloudFormation takes away only its own.
fn policies(plan: &mut Plan<'_>, stack: &Deployed, principal: &Resource, kind: &Policies) -> Result<(), Failure> {
    let name = principal.name.as_str();
    let what = format!("the policies of `{name}`");
    for policy in plan.list(&what, kind.attached, json!({kind.key: name}), "AttachedPolicies")? {
        let arn = text(&policy, "PolicyArn");
        if !stack.connects(principal, arn) {
            let what = format!("the policy `{}` from `{name}`", text(&policy, "PolicyName"));
            plan.remove(what, kind.detach, json!({kind.key: name, "PolicyArn": arn}));
        }
    }
    for policy in plan.list(&what, kind.inline, json!({kind.key: name}), "PolicyNames")? {
        let policy = policy.as_str().unwrap_or_default();
        if !stack.may_name_policy(policy) {
            let parameters = json!({kind.key: name, "PolicyName": policy});
            plan.remove(format!("the inline policy `{policy}` of `{name}`"), kind.delete, parameters);
        }
    }
    Ok(())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}
