//! The column by which an aggregate is purged holds the end that the aggregate itself names.

use contract::Sample;
use domain::{
    AuthorizationCode, Client, Consent, Interaction, RefreshFamily, Session, SigningKey,
    Suspension, Timestamp, Uptime, User,
};
use ports::outbound::Stored;
use sea_orm::{ModelTrait, Value};

use crate::table::{Row, Table};

fn agrees<T: Sample + Table>() {
    for shape in T::shapes() {
        let end = shape.expires_at().map(Timestamp::as_unix);
        let row = Row::<T>::from(Stored { value: shape, revision: 1 });
        let held = T::EXPIRY.map_or(Value::BigInt(None), |column| row.get(column));
        assert_eq!(held, Value::BigInt(end), "{}", T::NAME);
    }
}

#[test]
fn the_expiry_column_of_every_table_holds_what_the_aggregate_says() {
    agrees::<AuthorizationCode>();
    agrees::<Client>();
    agrees::<Consent>();
    agrees::<Interaction>();
    agrees::<RefreshFamily>();
    agrees::<Session>();
    agrees::<SigningKey>();
    agrees::<Suspension>();
    agrees::<Uptime>();
    agrees::<User>();
}
