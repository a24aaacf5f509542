//! Clients: how they are found, authenticated, registered and looked after.

mod administer;
mod authenticate;
mod cache;
mod logos;
mod register;
mod registration_gate;
mod unused;
mod view;

pub use self::{
    administer::{AdministerClients, configured_client},
    authenticate::ClientAuthentication,
    cache::ClientCache,
    logos::Logos,
    register::RegisterClients,
    registration_gate::RegistrationGate,
    unused::UnusedClients,
};
pub(crate) use self::{logos::own_logo, view::client_view};
