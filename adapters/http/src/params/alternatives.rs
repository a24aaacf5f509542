//! The schema of a form with alternatives.

use poem_openapi::{
    registry::{MetaSchemaRef, Registry},
    types::Type,
};

type Property = (&'static str, MetaSchemaRef);

/// Lists the members of all alternatives of a `T` next to the alternatives themselves. They are
/// redundant, but a viewer that shows an input for each member of a form must find them in one
/// place.
pub(super) fn list_members<T: Type>(registry: &mut Registry) {
    let name = T::name().into_owned();
    let Some(schema) = registry.schemas.get(&name) else { return };
    if schema.one_of.is_empty() || !schema.properties.is_empty() {
        return;
    }
    let mut members = Vec::new();
    for alternative in &schema.one_of {
        collect(registry, alternative, &mut members);
    }
    let shared: Vec<_> = schema.discriminator.iter().map(|by| by.property_name).collect();
    if let Some(schema) = registry.schemas.get_mut(&name) {
        schema.properties = members;
        schema.required = shared;
    }
}

fn collect(registry: &Registry, schema: &MetaSchemaRef, members: &mut Vec<Property>) {
    let schema = match schema {
        MetaSchemaRef::Inline(schema) => schema,
        MetaSchemaRef::Reference(name) => match registry.schemas.get(name) {
            Some(schema) => schema,
            None => return,
        },
    };
    for part in &schema.all_of {
        collect(registry, part, members);
    }
    for (name, member) in &schema.properties {
        match members.iter_mut().find(|(known, _)| known == name) {
            None => members.push((*name, member.clone())),
            Some((_, known)) => widen(known, member),
        }
    }
}

/// Merges the enumerated values of a member that differs between alternatives.
fn widen(known: &mut MetaSchemaRef, other: &MetaSchemaRef) {
    if let (MetaSchemaRef::Inline(known), MetaSchemaRef::Inline(other)) = (known, other) {
        for item in &other.enum_items {
            if !known.enum_items.contains(item) {
                known.enum_items.push(item.clone());
            }
        }
    }
}
