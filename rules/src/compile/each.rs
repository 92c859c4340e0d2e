//! The list of which a rule asks each element.

use super::{CompiledEach, Compiler, Covered, transpose};
use crate::{
    expr::{Wanted, types::Names},
    facts::{FactPath, Node, path::Step},
    rule::Each,
};

/// An element of a list, in expressions.
#[derive(Debug)]
pub struct Element {
    /// The list.
    pub of: FactPath,
    /// The name of an element.
    pub name: String,
    /// The type of an element.
    pub node: Node,
}

impl Element {
    /// A path from the element at hand as one through every element of the list; any other as it is.
    pub(super) fn through(&self, path: &FactPath) -> FactPath {
        if path.root() != self.name {
            return path.clone();
        }
        let mut through = self.of.each();
        through.steps.extend(path.steps[1..].iter().cloned());
        through
    }

    /// A path through every element of the list as one of the element at hand; any other path as it
    /// is.
    pub(super) fn own(&self, path: FactPath) -> FactPath {
        let Some(rest) = path.after(&self.of.each()) else {
            return path;
        };
        let mut steps = vec![Step::Field(self.name.clone())];
        steps.extend(rest.iter().cloned());
        FactPath { steps }
    }
}

impl Compiler<'_> {
    /// The list of `each`, the name of its elements and their type.
    pub(super) fn element(&mut self, each: &Each, names: &Names) -> Option<Element> {
        let name = &each.name;
        let word = |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        if name.value.is_empty() || !word(&name.value) || names.root(&name.value).is_ok() {
            let message = format!(
                "`{}` is taken or no name: use one lower-case word",
                name.value
            );
            return self.complain(name.referenced, message);
        }
        let of = self.path(&each.of, names)?;
        let list = names.find(&of).ok()?;
        match list.element() {
            Ok(node) => {
                let name = name.value.clone();
                Some(Element { of, name, node })
            }
            Err(_) => {
                let message = format!("`{of}` is {}", list.kind.words());
                self.complain(each.of.referenced, message)
            }
        }
    }

    pub(super) fn each(
        &mut self,
        each: &Each,
        element: Element,
        covered: &Covered<'_>,
    ) -> Option<CompiledEach> {
        let concerned = self.optional(each.concerned.as_ref(), covered, Wanted::Bool);
        let key = self.expression(&each.key, covered, Wanted::Text);
        let title = each.title.as_ref();
        let title = title.map(|title| self.title(title, covered.names));
        Some(CompiledEach {
            concerned: transpose(concerned)?.map(|concerned| concerned.with_gates(covered.names)),
            key: key?,
            title: transpose(title)?,
            element,
        })
    }
}
