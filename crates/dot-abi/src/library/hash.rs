//! `Hash.*`, and base64.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::Md5;
use sha2::{Digest, Sha256, Sha512};

use super::{Arg, Made, Meter};
use crate::fault::{Fault, FaultCode};
use crate::native::Native;
use crate::text::text_of_checked;
use crate::types::TypeTable;
use crate::value::Value;

/// The bytes that a value is hashed as: those of a text or bytes, else its JSON.
pub(super) fn content<'a>(types: &TypeTable, arg: &'a Arg<'_>, meter: &dyn Meter) -> Result<Cow<'a, [u8]>, Fault> {
    match arg {
        Arg::Text(text) => Ok(Cow::Borrowed(text.as_bytes())),
        Arg::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
        Arg::Value(_, Value::Text(text)) => Ok(Cow::Borrowed(text.as_bytes())),
        Arg::Value(_, Value::Bytes(bytes)) => Ok(Cow::Borrowed(bytes)),
        Arg::Value(ty, value) => {
            let text = text_of_checked(types, *ty, value, &mut |size| meter.check(size))?;
            Ok(Cow::Owned(text.into_bytes()))
        }
        Arg::Bool(_) => Err(Fault::new(FaultCode::Internal, "a truth value has no bytes to hash")),
    }
}

/// The hash of bytes in hexadecimal; nothing for a native that is no hash.
pub(super) fn digest(native: Native, bytes: &[u8]) -> Option<Made> {
    Some(Made::Text(match native {
        Native::HashSha256 => hex(&Sha256::digest(bytes)),
        Native::HashSha512 => hex(&Sha512::digest(bytes)),
        Native::HashMd5 => hex(&Md5::digest(bytes)),
        Native::HashBlake3 => blake3::hash(bytes).to_hex().to_string(),
        Native::HashCrc32 => hex(&crc32fast::hash(bytes).to_be_bytes()),
        _ => return None,
    }))
}

/// The message authentication code of bytes, by RFC 2104.
pub(super) fn hmac_sha256(key: &[u8], bytes: &[u8]) -> Made {
    /// The size of the blocks that SHA-256 works on.
    const BLOCK: usize = 64;
    let mut block = [0; BLOCK];
    let hashed;
    let key = if key.len() > BLOCK {
        hashed = Sha256::digest(key);
        &hashed[..]
    } else {
        key
    };
    block[..key.len()].copy_from_slice(key);
    let padded = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(bytes).finalize();
    let outer = Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize();
    Made::Text(hex(&outer))
}

/// `fn to_base64(bytes: Bytes) -> Text`
pub(super) fn to_base64(bytes: &[u8]) -> Made {
    Made::Text(BASE64.encode(bytes))
}

/// `fn from_base64(text: Text) -> Bytes?`
pub(super) fn from_base64(text: &str) -> Made {
    let bytes = BASE64.decode(text).ok();
    Made::Value(Value::Option(bytes.map(|bytes| Box::new(Value::Bytes(bytes.into())))))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}
