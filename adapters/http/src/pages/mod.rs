//! The pages for people, and the exchange with a browser between an authorization request and its
//! response.

mod account;
mod answer;
mod assets;
mod authorize;
mod client;
mod consent;
mod cookies;
mod dead_end;
mod form;
mod frame;
mod logo;
mod logout;
mod logout_request;
mod navigation;
mod onward;
mod page_error;
mod password;
mod policy;
mod redirect;
mod sealed;
mod session_form;
mod sign_in;
mod step;
mod user_agent;
mod visit;
mod when;

pub(crate) use self::{
    account::AccountApi, assets::AssetsApi, authorize::AuthorizeApi, consent::ConsentApi,
    frame::Frame, logout::LogoutApi, password::PasswordApi, policy::CSP, sign_in::SignInApi,
};
