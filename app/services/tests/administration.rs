//! Operators who look after clients and accounts.

mod server;

use std::sync::Arc;

use adapter_memory::Memory;
use async_trait::async_trait;
use domain::{
    AuthMethod, Client, ClientId, GrantType, RegistrationSource, Timestamp, User, Username,
};
use ports::{
    inbound::{AdminError, AdministerClients as _, AdministerUsers as _, ClientDraft},
    outbound::{Aggregate, Clients, Page, Store, StoreError, Stored, Users},
};
use server::{CALLBACK, TestServer};
use services::{AdministerClients, AdministerUsers};

/// A store in which somebody else writes whatever is read before its reader can.
struct Contested(Arc<Memory>);

impl Contested {
    async fn overtake<T: Aggregate>(&self, read: Option<&Stored<T>>) -> Result<(), StoreError>
    where
        Memory: Store<T>,
    {
        match read {
            Some(read) => self.0.replace(read.clone()).await,
            None => Ok(()),
        }
    }
}

#[async_trait]
impl<T: Aggregate> Store<T> for Contested
where
    Memory: Store<T>,
{
    async fn insert(&self, value: T) -> Result<(), StoreError> {
        self.0.insert(value).await
    }

    async fn find(&self, key: &T::Key) -> Result<Option<Stored<T>>, StoreError> {
        let found = self.0.find(key).await?;
        self.overtake(found.as_ref()).await?;
        Ok(found)
    }

    async fn replace(&self, stored: Stored<T>) -> Result<(), StoreError> {
        self.0.replace(stored).await
    }

    async fn remove(&self, key: &T::Key) -> Result<(), StoreError> {
        Store::<T>::remove(self.0.as_ref(), key).await
    }
}

#[async_trait]
impl Clients for Contested {
    async fn page(&self, page: Page<ClientId>) -> Result<Vec<Client>, StoreError> {
        Clients::page(self.0.as_ref(), page).await
    }

    async fn forget_unused(&self, at: Timestamp, most: u32, limit: u32) -> Result<u64, StoreError> {
        self.0.forget_unused(at, most, limit).await
    }
}

#[async_trait]
impl Users for Contested {
    async fn by_username(&self, username: &Username) -> Result<Option<Stored<User>>, StoreError> {
        let found = self.0.by_username(username).await?;
        self.overtake(found.as_ref()).await?;
        Ok(found)
    }

    async fn page(&self, page: Page<Username>) -> Result<Vec<User>, StoreError> {
        Users::page(self.0.as_ref(), page).await
    }
}

fn draft(id: &str) -> ClientDraft {
    ClientDraft {
        id: Some(ClientId::new(id)),
        name: None,
        auth_method: AuthMethod::ClientSecretBasic,
        grant_types: vec![GrantType::AuthorizationCode],
        redirect_uris: vec![CALLBACK.to_owned()],
        post_logout_redirect_uris: Vec::new(),
        scope: None,
        resources: None,
        id_token_algorithm: None,
    }
}

fn told_to_try_again<T>(answer: Result<T, AdminError>) {
    let Err(AdminError::Refused(reason)) = answer else { panic!("not refused") };
    assert!(reason.contains("meanwhile"), "{reason}");
}

#[tokio::test]
async fn an_operator_who_was_overtaken_is_told_to_try_again() {
    let server = TestServer::new().await;
    let (contested, id) = (Arc::new(Contested(server.memory.clone())), ClientId::new("tool"));
    server.clients.add(draft("tool")).await.expect("registered");
    let clients = AdministerClients { clients: contested.clone(), ..server.clients };
    told_to_try_again(clients.rotate_secret(&id).await);
    told_to_try_again(clients.set_suspended(&id, true).await);
    let users = AdministerUsers { users: contested, ..server.users };
    told_to_try_again(users.set_password("ada", None).await);
    told_to_try_again(users.set_enabled("ada", false).await);
}

#[tokio::test]
async fn a_client_that_could_never_be_found_is_not_registered() {
    let server = TestServer::new().await;
    for id in ["", " \t", &"x".repeat(2049)] {
        let added = server.clients.add(draft(id)).await;
        assert!(matches!(added, Err(AdminError::Refused(_))), "{id:?}: {added:?}");
    }
    let longest = "x".repeat(2048);
    server.clients.add(draft(&longest)).await.expect("registered");
    server.clients.show(&ClientId::new(longest)).await.expect("found");
}

#[tokio::test]
async fn a_client_of_the_configuration_is_changed_there_and_hides_its_namesake() {
    let server = TestServer::new().await;
    let (clients, web) = (&server.clients, ClientId::new("web"));
    let tool = clients.add(draft("tool")).await.expect("registered").client;
    // Somebody registered it before the configuration did.
    let namesake = Client { id: web.clone(), ..tool };
    server.memory.insert(namesake).await.expect("stored");
    let refused = [
        clients.add(draft("web")).await.err(),
        clients.rotate_secret(&web).await.err(),
        clients.delete(&web).await.err(),
    ];
    for refused in refused {
        assert!(matches!(refused, Some(AdminError::Configured(_))), "{refused:?}");
    }
    let page = Page { after: None, limit: 10 };
    let listed = clients.list(page).await.expect("listed").into_iter();
    let listed: Vec<_> = listed.map(|client| (client.id.to_string(), client.origin)).collect();
    let told = |id: &str, origin| (id.to_owned(), origin);
    let configured = ["api", "other", "web"].map(|id| told(id, RegistrationSource::Configured));
    assert_eq!(listed[..3], configured);
    assert_eq!(listed[3..], [told("tool", RegistrationSource::Operator)]);
}
