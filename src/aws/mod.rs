//! What AWS has: CloudFormation's resource types, from the table that `make aws-data` makes of the registry's schemas
//! (`scripts/aws_data/resource_types.py` says what its columns are).
//!
//! The table is text in the program, in the order of the types. A look-up is a binary search that allocates nothing, so a
//! program that asks for nothing pays nothing. A type that it does not have may be newer than it, or of somebody's own: that
//! is never a mistake.

mod name;

pub use name::{refused_export_name, refused_name, refused_stack_name};

const TABLE: &str = include_str!("resource_types.txt");

/// A resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceType {
    /// Such as `AWS::S3::Bucket`.
    pub name: &'static str,
    /// The columns behind the name.
    columns: &'static str,
}

/// A property of the first level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for itself")]
pub struct Property {
    /// Its name.
    pub name: &'static str,
    /// Whether a resource needs it.
    pub is_required: bool,
    /// Whether another value makes another resource.
    pub is_create_only: bool,
    /// Whether another value may make another resource.
    pub is_conditionally_create_only: bool,
    /// Whether only AWS sets it.
    pub is_read_only: bool,
}

/// What a physical name must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameLimits {
    /// The property with the name.
    pub property: &'static str,
    /// The fewest characters.
    pub minimum: Option<usize>,
    /// The most characters.
    pub maximum: Option<usize>,
    /// A regular expression in the dialect of JSON Schema.
    pub pattern: Option<&'static str>,
}

/// A type by its name, if the table has it.
#[must_use]
pub fn resource_type(name: &str) -> Option<ResourceType> {
    let table = types();
    let (mut from, mut to) = (0, table.len());
    while from < to {
        let middle = from + (to - from) / 2;
        let start = table[from..middle].rfind('\n').map_or(from, |end| from + end + 1);
        let end = table[start..to].find('\n').map_or(to, |length| start + length);
        let one = ResourceType::of_line(&table[start..end])?;
        match one.name.cmp(name) {
            std::cmp::Ordering::Equal => return Some(one),
            std::cmp::Ordering::Less => from = (end + 1).min(to),
            std::cmp::Ordering::Greater => to = start,
        }
    }
    None
}

/// All types, in the order of their names.
pub fn resource_types() -> impl Iterator<Item = ResourceType> {
    types().lines().filter_map(ResourceType::of_line)
}

/// Which day's schemas the table is made of (`2026-10-20`), and which package shipped them.
#[must_use]
pub fn source() -> (&'static str, &'static str) {
    let line = TABLE.lines().next().unwrap_or_default();
    line.split_once(' ').unwrap_or((line, ""))
}

/// The type that is meant by one that does not exist: one letter away, in the same namespace or in a namespace that does not
/// exist either. A digit is no slip of the hand, nor is a plural: they may well be the next type that AWS makes.
#[must_use]
pub fn meant_type(name: &str) -> Option<&'static str> {
    let mut parts = name.split("::");
    let ("AWS", namespace, Some(_), None) = (parts.next()?, parts.next()?, parts.next(), parts.next()) else {
        return None;
    };
    if resource_type(name).is_some() {
        return None;
    }
    let of = |one: &ResourceType| one.name.split("::").nth(1);
    let has_namespace = resource_types().any(|one| of(&one) == Some(namespace));
    let mut near = resource_types()
        .filter(|one| (of(one) == Some(namespace)) == has_namespace)
        .filter(|one| is_slip(name, one.name))
        .map(|one| one.name);
    // Of two that may be meant neither is certain.
    near.next().filter(|_| near.next().is_none())
}

/// Whether a word that does not exist is one that does with a single slip of the hand: a small letter too many, too few,
/// another, two exchanged, or capitals. `LocationNFS` is no slip of `LocationEFS`.
#[must_use]
pub fn is_slip(word: &str, known: &str) -> bool {
    let is_kept = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    word.eq_ignore_ascii_case(known)
        || word.len().abs_diff(known.len()) <= 1
            && known.len() > 3
            && word.strip_suffix('s') != Some(known)
            && word.bytes().filter(is_kept).eq(known.bytes().filter(is_kept))
            && strsim::damerau_levenshtein(word, known) == 1
}

/// The lines of the types.
fn types() -> &'static str {
    TABLE.split_once('\n').map_or("", |(_, types)| types.trim_end())
}

impl ResourceType {
    fn of_line(line: &'static str) -> Option<ResourceType> {
        let (name, columns) = line.split_once('\t')?;
        Some(ResourceType { name, columns })
    }

    /// A column, by its number from 0 behind the name.
    fn column(self, index: usize) -> &'static str {
        self.columns.split('\t').nth(index).unwrap_or_default()
    }

    /// The items of a column.
    fn items(self, index: usize) -> impl Iterator<Item = &'static str> {
        self.column(index).split(',').filter(|item| !item.is_empty())
    }

    /// Whether its resources take tags.
    #[must_use]
    pub fn is_taggable(self) -> bool {
        !self.column(0).is_empty()
    }

    /// The property with the tags, if it is known.
    #[must_use]
    pub fn tag_property(self) -> Option<&'static str> {
        Some(self.column(0)).filter(|name| !name.is_empty() && *name != "?")
    }

    /// The properties that tell one resource from another, as paths: `Id`, `Rule/Name`.
    pub fn primary_identifier(self) -> impl Iterator<Item = &'static str> {
        self.items(1)
    }

    /// The properties of the first level.
    pub fn properties(self) -> impl Iterator<Item = Property> {
        self.items(2).map(|text| {
            let name = text.trim_end_matches(['!', '=', '~', '-']);
            let has = |mark| text[name.len()..].contains(mark);
            Property {
                name,
                is_required: has('!'),
                is_create_only: has('='),
                is_conditionally_create_only: has('~'),
                is_read_only: has('-'),
            }
        })
    }

    /// The paths below the first level (`Code/S3Bucket`, `*` for any item) of which another value makes another resource;
    /// and whether it does so only sometimes.
    pub fn deep_create_only(self) -> impl Iterator<Item = (&'static str, bool)> {
        self.items(3).map(|path| match path.strip_suffix('~') {
            Some(path) => (path, true),
            None => (path, false),
        })
    }

    /// What `Fn::GetAtt` takes; `*` stands for anything.
    pub fn attributes(self) -> impl Iterator<Item = &'static str> {
        self.properties().filter(|property| property.is_read_only).map(|property| property.name).chain(self.items(4))
    }

    /// Whether `Fn::GetAtt` takes this.
    #[must_use]
    pub fn has_attribute(self, name: &str) -> bool {
        self.attributes().any(|known| match known.split_once('*') {
            Some((before, after)) => name.starts_with(before) && name.ends_with(after),
            None => known == name,
        })
    }

    /// What is known of the names of its resources.
    pub fn names(self) -> impl Iterator<Item = NameLimits> {
        self.column(5).split('\u{c}').filter_map(|row| {
            let mut parts = row.splitn(4, ' ');
            let mut part = || parts.next().filter(|part| *part != "-");
            let (property, minimum, maximum, pattern) = (part()?, part(), part(), part());
            let number = |text: Option<&str>| text.and_then(|text| text.parse().ok());
            Some(NameLimits { property, minimum: number(minimum), maximum: number(maximum), pattern })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_found() {
        let names: Vec<_> = resource_types().map(|one| one.name).collect();
        assert!(names.is_sorted() && names.len() > 1_500, "{}", names.len());
        for name in names {
            assert_eq!(resource_type(name).map(|one| one.name), Some(name));
            assert_eq!(resource_type(&format!("{name}!")), None);
        }
        for absent in ["", "A", "AWS::S3::Buckey", "Custom::Thing", "ZZZ"] {
            assert_eq!(resource_type(absent), None);
        }
    }

    /// AWS's pages of these types.
    #[test]
    fn columns() {
        let role = resource_type("AWS::IAM::Role").unwrap();
        assert!(role.has_attribute("Arn") && role.has_attribute("RoleId") && !role.has_attribute("RoleName"));
        assert_eq!(role.tag_property(), Some("Tags"));
        assert_eq!(role.primary_identifier().collect::<Vec<_>>(), ["RoleName"]);
        let property = |name| role.properties().find(|property| property.name == name).unwrap();
        assert!(property("AssumeRolePolicyDocument").is_required && !property("Path").is_required);
        assert!(property("Path").is_create_only && !property("Policies").is_create_only);
        let name = role.names().next().unwrap();
        assert_eq!((name.property, name.minimum, name.maximum), ("RoleName", Some(1), Some(64)));
        let stack = resource_type("AWS::CloudFormation::Stack").unwrap();
        assert!(stack.has_attribute("Outputs.Anything") && !stack.has_attribute("Arn"));
        assert!(resource_type("AWS::CloudFormation::CustomResource").unwrap().has_attribute("Whatever.It.Says"));
        assert!(resource_type("AWS::RDS::DBInstance").unwrap().has_attribute("Endpoint.Address"));
        assert!(!resource_type("AWS::KMS::Alias").unwrap().is_taggable());
    }

    /// "Return values" of the types' pages: those that are easily missed.
    #[test]
    fn attributes_of_the_pages() {
        for (kind, attributes) in [
            ("AWS::AutoScaling::AutoScalingGroup", &["LaunchTemplateSpecification"][..]),
            ("AWS::CloudFormation::WaitCondition", &["Data"]),
            ("AWS::Cognito::UserPoolClient", &["ClientSecret", "Name"]),
            ("AWS::EC2::Instance", &["AvailabilityZone", "PrivateIp", "PublicDnsName"]),
            ("AWS::EC2::VPC", &["CidrBlock", "DefaultSecurityGroup", "VpcId"]),
            ("AWS::ElastiCache::CacheCluster", &["RedisEndpoint.Address"]),
            ("AWS::ElastiCache::ReplicationGroup", &["PrimaryEndPoint.Address", "ReadEndPoint.Addresses"]),
            (
                "AWS::ElasticLoadBalancing::LoadBalancer",
                &["CanonicalHostedZoneNameID", "SourceSecurityGroup.GroupName"],
            ),
            ("AWS::Elasticsearch::Domain", &["Arn", "DomainArn", "DomainEndpoint"]),
            ("AWS::Lambda::Version", &["Version"]),
            ("AWS::OpsWorks::Instance", &["AvailabilityZone"]),
            ("AWS::Redshift::Cluster", &["Endpoint.Address", "Endpoint.Port"]),
            ("AWS::SNS::Topic", &["TopicName", "TopicArn"]),
            ("AWS::SQS::Queue", &["Arn", "QueueName"]),
            ("AWS::ServiceCatalog::CloudFormationProvisionedProduct", &["Outputs.Anything", "RecordId"]),
        ] {
            for attribute in attributes {
                assert!(resource_type(kind).unwrap().has_attribute(attribute), "{kind} {attribute}");
            }
        }
    }

    #[test]
    fn the_type_that_is_meant() {
        for (wrong, meant) in [
            ("AWS::S3::Bukcet", Some("AWS::S3::Bucket")),
            ("AWS::S3::bucket", Some("AWS::S3::Bucket")),
            ("AWS::Lamda::Function", Some("AWS::Lambda::Function")),
            ("AWS::S3::Bucket", None),
            ("AWS::S3::Buckets", None),
            ("AWS::S3::Bucket2", None),
            ("AWS::EKS::Service", None),
            ("AWS::Serverless::Functon", None),
            ("Custom::Bukcet", None),
            ("AWS::S3::Bucket::MODULE", None),
        ] {
            assert_eq!(meant_type(wrong), meant, "{wrong}");
        }
    }

    /// Were it otherwise, a table without one of two real types would call it a slip of the other.
    #[test]
    fn few_types_are_a_slip_of_one_another() {
        let types: Vec<_> = resource_types().map(|one| one.name).collect();
        let namespace = |name: &'static str| name.split("::").nth(1);
        let mut pairs = Vec::new();
        for one in &types {
            let other =
                types.iter().find(|other| namespace(other) == namespace(one) && is_slip(one, other) && one != *other);
            pairs.extend(other.map(|other| format!("{one} {other}")));
        }
        assert_eq!(pairs, Vec::<String>::new());
    }

    /// A table that is years old says too little.
    #[test]
    fn the_table_says_how_old_it_is() {
        let (day, package) = source();
        assert!(day.starts_with("20") && day.len() == 10, "{day}");
        assert!(package.starts_with("cfn-lint "), "{package}");
    }
}
