//! Typed reading of checked tables, the map's own before those of its atlas.
//!
//! A value of the wrong kind was reported by [`super::check`] already; here it counts as not given.

use super::check::{number, whole};
use super::keys::{Kind, Shape};
use super::source::{Node, Source};
use super::{Words, Written};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Which keys were asked for, by table: a test holds it against the schema.
pub(super) type Asked = RefCell<BTreeSet<(&'static str, String)>>;

/// The entries of one table of one file.
#[derive(Clone)]
struct Layer<'a> {
    source: &'a Source<'a>,
    entries: Vec<(&'a str, &'a Node<'a>)>,
    /// The table itself; none for a whole file.
    node: Option<&'a Node<'a>>,
}

/// One table as the map and its atlas give it, the nearer first.
#[derive(Clone)]
pub(super) struct View<'a> {
    shape: &'static Shape,
    layers: Vec<Layer<'a>>,
    asked: &'a Asked,
}

/// A value and the file it stands in.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    /// The file.
    pub source: &'a Source<'a>,
    /// The value.
    pub node: &'a Node<'a>,
}

impl<'a> Found<'a> {
    /// The text as written, and where.
    pub fn written(self) -> Option<Written> {
        let text = self.node.get_ref().as_str()?;
        let span = self.source.inside(self.node.span(), text);
        Some(Written { text: text.to_owned(), span: span.start + self.source.base..span.end + self.source.base })
    }

    /// Where it stands, as in [`Written::span`].
    pub fn span(self) -> Range<usize> {
        let span = self.node.span();
        span.start + self.source.base..span.end + self.source.base
    }

    fn words(self) -> Option<Words> {
        match self.node.get_ref() {
            DeValue::String(text) => Some(Words { zh: text.trim().to_owned(), en: String::new() }),
            DeValue::Table(table) => {
                let word = |key: &str| table.get(key).and_then(|node| node.get_ref().as_str()).unwrap_or("").trim().to_owned();
                Some(Words { zh: word("zh"), en: word("en") })
            }
            _ => None,
        }
    }
}

impl<'a> View<'a> {
    /// A whole file, with the file whose keys stand behind it.
    pub fn file(source: &'a Source<'a>, behind: Option<&'a Source<'a>>, shape: &'static Shape, asked: &'a Asked) -> Self {
        let layers = [Some(source), behind].into_iter().flatten().map(|source| layer(source, &source.root, None)).collect();
        Self { shape, layers, asked }
    }

    /// The same table as the nearer file alone gives it.
    pub fn own(&self) -> Self {
        Self { shape: self.shape, layers: self.layers.first().cloned().into_iter().collect(), asked: self.asked }
    }

    /// The same table as the file behind alone gives it.
    pub fn behind(&self) -> Self {
        Self { shape: self.shape, layers: self.layers.iter().skip(1).cloned().collect(), asked: self.asked }
    }

    /// The table itself; none for a whole file.
    pub fn place(&self) -> Option<Found<'a>> {
        let layer = self.layers.first()?;
        Some(Found { source: layer.source, node: layer.node? })
    }

    /// Every value of that key, the nearer first.
    fn all(&self, name: &str) -> Vec<Found<'a>> {
        debug_assert!(self.shape.key(name).is_some(), "the key {name} of {} must be described", self.shape.name);
        self.asked.borrow_mut().insert((self.shape.name, name.to_owned()));
        let of = |layer: &Layer<'a>| {
            let found = layer.entries.iter().find(|(key, _)| *key == name);
            found.map(|(_, node)| Found { source: layer.source, node })
        };
        self.layers.iter().filter_map(of).collect()
    }

    /// The nearest value of that key.
    pub fn get(&self, name: &str) -> Option<Found<'a>> {
        self.all(name).into_iter().next()
    }

    /// Text and its place.
    pub fn written(&self, name: &str) -> Option<Written> {
        self.get(name)?.written()
    }

    /// Text.
    pub fn text(&self, name: &str) -> Option<String> {
        Some(self.get(name)?.node.get_ref().as_str()?.trim().to_owned())
    }

    /// Words in both languages.
    pub fn words(&self, name: &str) -> Option<Words> {
        self.get(name)?.words()
    }

    /// Words whose English may stand under a key of its own.
    pub fn words_with_en(&self, name: &str, name_en: &str) -> Option<Words> {
        let english = self.text(name_en);
        let mut words = self.words(name)?;
        if let Some(english) = english {
            words.en = english;
        }
        Some(words)
    }

    /// A whole number that the check has found in range.
    pub fn count(&self, name: &str) -> Option<usize> {
        usize::try_from(whole(self.get(name)?.node)?).ok()
    }

    /// A finite number.
    pub fn number(&self, name: &str) -> Option<f64> {
        number(self.get(name)?.node)
    }

    /// `true` or `false`.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.get(name)?.node.get_ref().as_bool()
    }

    /// One of a set of words, as the value it stands for.
    pub fn choice<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        let text = self.get(name)?.node.get_ref().as_str()?;
        let words: StrDeserializer<'a, Error> = text.into_deserializer();
        T::deserialize(words).ok()
    }

    /// The entries of a list; one alone counts as a list of one.
    pub fn list(&self, name: &str) -> Vec<Found<'a>> {
        self.get(name).map(entries).unwrap_or_default()
    }

    /// The texts of a list.
    pub fn list_written(&self, name: &str) -> Vec<Written> {
        self.list(name).into_iter().filter_map(Found::written).collect()
    }

    /// The lines of both files, the nearer first.
    pub fn lines_of_all(&self, name: &str) -> Vec<Words> {
        self.all(name).into_iter().flat_map(entries).filter_map(Found::words).collect()
    }

    /// The table of that key, merged key by key.
    pub fn table(&self, name: &str) -> Option<View<'a>> {
        let layers: Vec<_> = self.all(name).into_iter().filter_map(|found| self.inner_layer(name, found)).collect();
        let shape = self.inner_shape(name)?;
        (!layers.is_empty()).then_some(View { shape, layers, asked: self.asked })
    }

    /// The tables of that key, from the nearest file that has any.
    pub fn tables(&self, name: &str) -> Vec<View<'a>> {
        let Some(shape) = self.inner_shape(name) else { return Vec::new() };
        let one =
            |found: Found<'a>| self.inner_layer(name, found).map(|layer| View { shape, layers: vec![layer], asked: self.asked });
        self.list(name).into_iter().filter_map(one).collect()
    }

    /// Names of the author's own choosing with their words, in the order of the file.
    pub fn named_words(&self, name: &str) -> Vec<(String, Words)> {
        let Some(found) = self.get(name) else { return Vec::new() };
        let DeValue::Table(table) = found.node.get_ref() else { return Vec::new() };
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let words = |node| Found { source: found.source, node }.words();
        entries.into_iter().filter_map(|(key, node)| Some((key.get_ref().to_string(), words(node)?))).collect()
    }

    fn inner_shape(&self, name: &str) -> Option<&'static Shape> {
        match self.shape.key(name)?.kind {
            Kind::Table(shape) | Kind::Tables(shape) | Kind::Short(shape, _) => Some(shape),
            _ => None,
        }
    }

    fn inner_layer(&self, name: &str, found: Found<'a>) -> Option<Layer<'a>> {
        match (found.node.get_ref(), &self.shape.key(name)?.kind) {
            (DeValue::Table(table), _) => Some(layer(found.source, table, Some(found.node))),
            (_, Kind::Short(_, short)) => {
                Some(Layer { source: found.source, entries: vec![(short, found.node)], node: Some(found.node) })
            }
            _ => None,
        }
    }
}

fn layer<'a>(source: &'a Source<'a>, table: &'a DeTable<'a>, node: Option<&'a Node<'a>>) -> Layer<'a> {
    Layer { source, node, entries: table.iter().map(|(key, node)| (key.get_ref().as_ref(), node)).collect() }
}

fn entries(found: Found<'_>) -> Vec<Found<'_>> {
    match found.node.get_ref() {
        DeValue::Array(nodes) => nodes.iter().map(|node| Found { source: found.source, node }).collect(),
        _ => vec![found],
    }
}
