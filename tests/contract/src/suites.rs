//! The suites: the cases of each port.

mod purge;

/// Expands to one test per named case. `$fresh` is a future that yields a fresh, empty store.
#[macro_export]
macro_rules! suite {
    ($fresh:expr; $module:ident: $($case:ident,)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $case() {
            $crate::$module::$case(::std::sync::Arc::new($fresh.await)).await;
        }
    )*};
    ($fresh:expr; $module:ident of $aggregate:ident: $($case:ident,)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $case() {
            let store = ::std::sync::Arc::new($fresh.await);
            $crate::$module::$case::<$crate::domain::$aggregate>(store).await;
        }
    )*};
}

/// Every suite, each in a module of its own.
#[macro_export]
macro_rules! every_port {
    ($fresh:expr) => {
        $crate::ports! { $fresh;
            audit;
            authorization_codes of expiring AuthorizationCode;
            changes;
            clients of lasting Client;
            consents of lasting Consent;
            ended_consents;
            housekeeping;
            interactions of expiring Interaction;
            purged_records;
            refresh_families of expiring RefreshFamily;
            revocations;
            sessions of expiring Session;
            signing_keys of expiring SigningKey;
            suspensions of lasting Suspension;
            uptimes of lasting Uptime;
            users of lasting User;
        }
    };
}

/// The suites of the named ports; those that keep an aggregate are held to `keep` too, and to `expiring` or
/// `lasting`. A store that keeps one aggregate names its port and `housekeeping`.
#[macro_export]
macro_rules! ports {
    ($fresh:expr;) => {};
    ($fresh:expr; $port:ident; $($rest:tt)*) => {
        mod $port {
            use super::*;

            $crate::$port!($fresh);
        }
        $crate::ports! { $fresh; $($rest)* }
    };
    ($fresh:expr; $port:ident of expiring $aggregate:ident; $($rest:tt)*) => {
        mod $port {
            use super::*;

            $crate::keep!($fresh; $aggregate);
            $crate::expiring!($fresh; $aggregate);
            $crate::$port!($fresh);
        }
        $crate::ports! { $fresh; $($rest)* }
    };
    ($fresh:expr; $port:ident of lasting $aggregate:ident; $($rest:tt)*) => {
        mod $port {
            use super::*;

            $crate::keep!($fresh; $aggregate);
            $crate::lasting!($fresh; $aggregate);
            $crate::$port!($fresh);
        }
        $crate::ports! { $fresh; $($rest)* }
    };
}

/// The suite of `Store`, for one aggregate.
#[macro_export]
macro_rules! keep {
    ($fresh:expr; $aggregate:ident) => {
        $crate::suite!($fresh; keep of $aggregate:
            a_missing_one_is_none,
            what_was_inserted_is_found,
            every_shape_is_found_unchanged,
            every_shape_can_replace_another,
            a_taken_key_is_a_conflict,
            what_replaced_another_is_found,
            a_stale_revision_is_refused,
            a_refused_replacement_changes_nothing,
            what_was_removed_is_gone,
            removing_what_is_not_there_is_no_error,
            replacing_what_was_removed_is_a_conflict,
            a_revision_does_not_outlive_its_aggregate,
            one_of_many_rivals_inserts,
            one_of_many_rivals_replaces,
        );
    };
}

/// The suite of `Audit` and `AuditHistory`.
#[macro_export]
macro_rules! audit {
    ($fresh:expr) => {
        $crate::suite!($fresh; audit:
            what_was_recorded_is_in_the_trail,
            every_action_outcome_and_actor_is_told_apart,
            nothing_recorded_at_once_is_lost,
            what_somebody_sent_cannot_spoil_the_record,
            every_part_of_a_query_narrows_it,
            the_record_is_paged_in_both_directions,
            what_strangers_did_goes_sooner_than_the_rest,
            the_purge_takes_a_few_at_a_time_and_never_the_latest,
        );
    };
}

/// The suite of `Limits`. `$fresh` yields a `limits::Fresh`.
#[macro_export]
macro_rules! limits {
    ($fresh:expr) => {
        $crate::suite!($fresh; limits:
            a_bucket_empties_and_fills_up,
            buckets_do_not_share,
            what_is_given_back_does_not_count,
            many_at_once_get_no_more_than_there_is,
            the_networks_within_a_wide_one_share_a_larger_bucket,
            a_refused_attempt_takes_nothing,
        );
    };
}

/// The suite of `AuthorizationCodes`, apart from `keep`.
#[macro_export]
macro_rules! authorization_codes {
    ($fresh:expr) => {
        $crate::suite!($fresh; authorization_codes:
            one_of_many_redeemers_wins,
            a_code_and_its_event_are_written_together_or_not_at_all,
        );
    };
}

/// The suite of `Changes`.
#[macro_export]
macro_rules! changes {
    ($fresh:expr) => {
        $crate::suite!($fresh; changes:
            nothing_has_changed_at_first,
            every_change_of_a_client_is_told,
            every_change_of_a_person_is_told,
            a_suspension_is_told_as_a_change_of_its_client,
            a_revocation_is_told,
            what_was_told_is_not_told_again,
            what_changed_before_is_not_told,
            a_change_is_told_as_long_as_it_is_kept,
            nothing_that_many_write_at_once_is_missed_or_told_twice,
        );
    };
}

/// The suite of `Clients`, apart from `keep`.
#[macro_export]
macro_rules! clients {
    ($fresh:expr) => {
        $crate::suite!($fresh; clients:
            a_page_is_in_the_order_of_bytes,
            pages_follow_one_another,
            a_page_may_follow_one_that_is_gone,
            a_name_that_no_database_can_hold_is_nobody,
            unused_clients_go_when_their_time_is_over,
            of_too_many_unused_clients_every_address_keeps_its_newest,
            a_client_that_had_tokens_for_itself_goes_when_it_is_not_used,
            of_too_many_unused_clients_those_that_had_tokens_go_last,
        );
    };
}

/// The suite of `Consents`, apart from `keep`.
#[macro_export]
macro_rules! consents {
    ($fresh:expr) => {
        $crate::suite!($fresh; consents:
            a_person_sees_their_own_newest_first,
            no_more_than_five_hundred_are_listed,
            everything_allowed_to_one_client_ends_at_once,
        );
    };
}

/// The suite of `Interactions` is `keep`.
#[macro_export]
macro_rules! interactions {
    ($fresh:expr) => {};
}

/// The suite of `RefreshFamilies`, apart from `keep`.
#[macro_export]
macro_rules! refresh_families {
    ($fresh:expr) => {
        $crate::suite!($fresh; refresh_families:
            one_of_many_uses_of_a_token_advances,
            theft_ends_a_family_once,
            a_replacement_and_its_event_are_written_together_or_not_at_all,
            the_latest_expiry_is_of_whatever_is_still_stored,
            the_last_use_is_told_by_client_and_of_one_person_alone,
        );
        $crate::suite!($fresh; housekeeping: a_family_is_forgotten_once_idle_for_too_long,);
    };
}

/// The suite of `Revocations`.
#[macro_export]
macro_rules! revocations {
    ($fresh:expr) => {
        $crate::suite!($fresh; revocations:
            nothing_is_revoked_at_first,
            everything_revoked_is_live,
            what_has_expired_is_not_live,
            revoking_twice_keeps_the_later_expiry,
            many_may_revoke_the_same_at_once,
        );
    };
}

/// The suite of `Sessions`, apart from `keep`.
#[macro_export]
macro_rules! sessions {
    ($fresh:expr) => {
        $crate::suite!($fresh; sessions:
            a_person_sees_their_live_ones_newest_first,
            no_more_than_a_hundred_are_listed,
        );
    };
}

/// The suite of `SigningKeys`, apart from `keep`.
#[macro_export]
macro_rules! signing_keys {
    ($fresh:expr) => {
        $crate::suite!($fresh; signing_keys: every_key_is_listed_oldest_first,);
        $crate::lasting!($fresh; SigningKey);
    };
}

/// The suite of `Suspensions` is `keep`.
#[macro_export]
macro_rules! suspensions {
    ($fresh:expr) => {};
}

/// The suite of what is kept of the times in which a server was up is `keep`.
#[macro_export]
macro_rules! uptimes {
    ($fresh:expr) => {};
}

/// The suite of `Users`, apart from `keep`.
#[macro_export]
macro_rules! users {
    ($fresh:expr) => {
        $crate::suite!($fresh; users:
            a_person_is_found_by_user_name,
            a_user_name_is_unique,
            a_user_name_cannot_be_taken_over,
            one_of_many_rivals_gets_a_user_name,
            a_page_is_in_the_order_of_bytes,
            pages_follow_one_another,
        );
    };
}
