//! Metrics by name: what alarms and dashboards show, and what metric filters write.

use std::collections::BTreeMap;

use crate::evaluate::{Resource, Value};
use crate::link::{LinkedProject, LinkedStack};
use crate::logical_path::Trail;

use super::{Named, near, places::READS};

/// A metric that somebody looks at.
#[derive(Clone, Copy, Debug)]
pub struct Metric<'a> {
    pub namespace: &'a str,
    pub name: &'a str,
}

/// The metrics that the filters of a project write, by namespace.
pub struct Metrics<'a>(BTreeMap<&'a str, Vec<&'a str>>);

impl<'a> Metrics<'a> {
    pub fn of(project: &'a LinkedProject<'_>) -> Metrics<'a> {
        let resources = project.stacks.iter().flat_map(LinkedStack::resources);
        let mut metrics: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for filter in resources.filter(|resource| resource.kind == "AWS::Logs::MetricFilter") {
            let written = filter.properties(READS).get("MetricTransformations").map(Value::items).unwrap_or_default();
            for metric in written.iter().filter_map(metric_of) {
                metrics.entry(metric.namespace).or_default().push(metric.name);
            }
        }
        Metrics(metrics)
    }

    /// The written metric that is meant, if a letter is wrong. Code may write others into the same namespace.
    pub fn near(&self, metric: Metric<'_>) -> Option<&'a str> {
        let known = self.0.get(metric.namespace)?;
        if known.contains(&metric.name) { None } else { near::nearest(metric.name, known.iter().copied()) }
    }
}

/// What alarms and dashboards show.
#[derive(Clone, Copy, Debug)]
pub enum Shown<'a> {
    Metric(Metric<'a>),
    /// What a dimension of a metric is about.
    Thing(Named<'a>),
}

type Visit<'v> = dyn FnMut(Shown<'_>, &Trail<'_>) + 'v;

/// Visits what an alarm, or a dashboard, shows.
pub fn shown(resource: &Resource, visit: &mut Visit<'_>) {
    let properties = resource.properties(READS);
    let resources = Trail::Key(&Trail::Root, "Resources");
    let id = Trail::Key(&resources, &resource.id);
    let trail = Trail::Key(&id, "Properties");
    match resource.kind.as_str() {
        "AWS::CloudWatch::Alarm" => by_alarm(properties, &trail, visit),
        "AWS::CloudWatch::Dashboard" => {
            let body = properties.get("DashboardBody").and_then(Value::as_text);
            if let Some(body) = body.and_then(|body| serde_json::from_str(body).ok()) {
                by_dashboard(&body, &Trail::Key(&trail, "DashboardBody"), visit);
            }
        }
        _ => {}
    }
}

fn by_alarm(properties: &Value, trail: &Trail<'_>, visit: &mut Visit<'_>) {
    of_metric(properties, trail, visit);
    let queries = properties.get("Metrics").map(Value::items).unwrap_or_default();
    let list = Trail::Key(trail, "Metrics");
    for (index, query) in queries.iter().enumerate() {
        if let Some(metric) = query.get("MetricStat").and_then(|stat| stat.get("Metric")) {
            let item = Trail::Index(&list, index);
            let stat = Trail::Key(&item, "MetricStat");
            of_metric(metric, &Trail::Key(&stat, "Metric"), visit);
        }
    }
}

fn of_metric(value: &Value, trail: &Trail<'_>, visit: &mut Visit<'_>) {
    let Some(metric) = metric_of(value) else { return };
    visit(Shown::Metric(metric), &Trail::Key(trail, "MetricName"));
    let list = Trail::Key(trail, "Dimensions");
    for (index, dimension) in value.get("Dimensions").map(Value::items).unwrap_or_default().iter().enumerate() {
        let text = |key: &str| dimension.get(key).and_then(Value::as_text);
        if let (Some(key), Some(name)) = (text("Name"), text("Value")) {
            thing(metric.namespace, key, name, &Trail::Key(&Trail::Index(&list, index), "Value"), visit);
        }
    }
}

fn thing(namespace: &str, dimension: &str, name: &str, trail: &Trail<'_>, visit: &mut Visit<'_>) {
    if let Some(kind) = of_dimension(namespace, dimension) {
        visit(Shown::Thing(Named { kind, name, at_once: false, told_elsewhere: false }), trail);
    }
}

/// The metrics of a dashboard: lists of namespace, metric, and names and values of dimensions (CloudWatch API Reference,
/// "Dashboard body structure and syntax"). A full stop repeats what stands above it: such metrics are left out.
fn by_dashboard(body: &serde_json::Value, trail: &Trail<'_>, visit: &mut Visit<'_>) {
    let widgets = body["widgets"].as_array().into_iter().flatten();
    for metric in widgets.filter_map(|widget| widget["properties"]["metrics"].as_array()).flatten() {
        let texts: Vec<&str> = metric.as_array().into_iter().flatten().map_while(serde_json::Value::as_str).collect();
        let [namespace, name, dimensions @ ..] = texts.as_slice() else { continue };
        if texts.iter().any(|text| text.starts_with('.')) {
            continue;
        }
        visit(Shown::Metric(Metric { namespace, name }), trail);
        for pair in dimensions.chunks_exact(2) {
            thing(namespace, pair[0], pair[1], trail, visit);
        }
    }
}

fn metric_of(value: &Value) -> Option<Metric<'_>> {
    let namespace = value.get("Namespace").or_else(|| value.get("MetricNamespace"))?;
    Some(Metric { namespace: namespace.as_text()?, name: value.get("MetricName")?.as_text()? })
}

/// What the value of a dimension names (each service's guide, "Metrics and dimensions").
fn of_dimension(namespace: &str, dimension: &str) -> Option<&'static str> {
    Some(match (namespace, dimension) {
        ("AWS/Lambda", "FunctionName") => "AWS::Lambda::Function",
        ("AWS/SQS", "QueueName") => "AWS::SQS::Queue",
        ("AWS/SNS", "TopicName") => "AWS::SNS::Topic",
        ("AWS/Firehose", "DeliveryStreamName") => "AWS::KinesisFirehose::DeliveryStream",
        ("AWS/Kinesis", "StreamName") => "AWS::Kinesis::Stream",
        ("AWS/DynamoDB", "TableName") => "AWS::DynamoDB::Table",
        ("AWS/S3", "BucketName") => "AWS::S3::Bucket",
        ("AWS/Logs", "LogGroupName") => "AWS::Logs::LogGroup",
        ("AWS/Events", "RuleName") => "AWS::Events::Rule",
        _ => return None,
    })
}
