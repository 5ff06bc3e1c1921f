//! Pure natives: what the standard library declares as `native fn` because it can't be written in Dot.
//!
//! The name in the source is `Module.function` of the `std/*.dot` file that declares it. Guest
//! natives are made by the code generator out of WASM instructions; host natives are imports of
//! the module [`HOST_MODULE`] under the same name, each with one WASM parameter per Dot parameter
//! in the [`Repr`](crate::layout::Repr) of its type and one result. References passed to the host
//! are borrowed; a reference that it returns is owned by the guest.
//!
//! *Typed* natives are host natives that are told types: their WASM parameters are an i32 for each
//! type parameter and one for the type of the result, indices of the unit's table, then the
//! arguments, each widened to 64 bits; so is the result. [`library`](crate::library) makes them.

/// The import module of host natives. The number is the version of their meaning.
pub const HOST_MODULE: &str = "dot.pure.1";

macro_rules! natives {
    ($($(#[$doc:meta])* $variant:ident = $name:literal $place:ident;)*) => {
        /// A pure native.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum Native { $($(#[$doc])* $variant,)* }

        impl Native {
            /// Every native.
            pub const ALL: &[Native] = &[$(Native::$variant),*];

            /// `Module.function`
            pub fn name(self) -> &'static str {
                match self { $(Native::$variant => $name,)* }
            }

            /// The native of a name.
            pub fn from_name(name: &str) -> Option<Native> {
                match name { $($name => Some(Native::$variant),)* _ => None }
            }

            fn place(self) -> Place {
                match self { $(Native::$variant => natives!(@$place),)* }
            }
        }
    };
    (@guest) => { Place::Guest };
    (@host) => { Place::Host };
    (@typed) => { Place::Typed };
}

/// Where a native is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Guest,
    Host,
    Typed,
}

impl Native {
    /// Whether it is an import of [`HOST_MODULE`].
    pub fn is_host(self) -> bool {
        self.place() != Place::Guest
    }

    /// Whether it is a host native that is told types.
    pub fn is_typed(self) -> bool {
        self.place() == Place::Typed
    }

    /// The parameter that is a regular expression.
    pub fn pattern_parameter(self) -> Option<usize> {
        use Native::*;
        match self {
            RegexMatches | RegexFind | RegexFindAll | RegexCaptures | RegexCapturesAll | RegexReplace | RegexSplit => {
                Some(1)
            }
            _ => None,
        }
    }

    /// Whether it makes values of its first type argument out of text, so that the host needs that type's conditions and
    /// defaults.
    pub fn decodes(self) -> bool {
        matches!(self, Native::JsonDecode | Native::CsvParse)
    }
}

natives! {
    /// `fn of<T: data>(value: T) -> Text`: texts as they are, everything else as its compact JSON without quotes around a bare case or duration. The guest makes Text, Int and Bool itself and asks the host by the import `text_of` for the rest.
    TextOf = "Text.of" guest;
    /// `fn len(text: Text) -> Int`: scalar values.
    TextLen = "Text.len" guest;
    /// `fn byte_len(text: Text) -> Int`
    TextByteLen = "Text.byte_len" guest;
    /// `fn get(text: Text, index: Int) -> Text?`: one scalar value as a text.
    TextGet = "Text.get" guest;
    /// `fn slice(text: Text, start: Int, end: Int) -> Text`: scalar indices, clamped; a negative one counts from the end.
    TextSlice = "Text.slice" guest;
    /// `fn chars(text: Text) -> List<Text>`
    TextChars = "Text.chars" guest;
    /// `fn to_bytes(text: Text) -> Bytes`
    TextToBytes = "Text.to_bytes" guest;
    /// `fn join(parts: List<Text>, separator: Text) -> Text`
    TextJoin = "Text.join" guest;
    /// `fn code(text: Text) -> Int?`: the scalar value of its first character.
    TextCode = "Text.code" guest;
    /// `fn from_code(code: Int) -> Text?`
    TextFromCode = "Text.from_code" guest;
    /// `fn index_of(text: Text, part: Text) -> Int?`: the scalar index of the first occurrence.
    TextIndexOf = "Text.index_of" host;
    /// `fn contains(text: Text, part: Text) -> Bool`
    TextContains = "Text.contains" host;
    /// `fn starts_with(text: Text, part: Text) -> Bool`
    TextStartsWith = "Text.starts_with" host;
    /// `fn ends_with(text: Text, part: Text) -> Bool`
    TextEndsWith = "Text.ends_with" host;
    /// `fn split(text: Text, separator: Text) -> List<Text>`; an empty separator is an argument fault.
    TextSplit = "Text.split" host;
    /// `fn lines(text: Text) -> List<Text>`: without line ends (`\n`, `\r\n`).
    TextLines = "Text.lines" host;
    /// `fn words(text: Text) -> List<Text>`: between Unicode white space.
    TextWords = "Text.words" host;
    /// `fn trim(text: Text) -> Text`
    TextTrim = "Text.trim" host;
    /// `fn trim_start(text: Text) -> Text`
    TextTrimStart = "Text.trim_start" host;
    /// `fn trim_end(text: Text) -> Text`
    TextTrimEnd = "Text.trim_end" host;
    /// `fn to_upper(text: Text) -> Text`
    TextToUpper = "Text.to_upper" host;
    /// `fn to_lower(text: Text) -> Text`
    TextToLower = "Text.to_lower" host;
    /// `fn replace(text: Text, part: Text, with: Text) -> Text`; an empty part is an argument fault.
    TextReplace = "Text.replace" host;
    /// `fn repeat(text: Text, times: Int) -> Text`
    TextRepeat = "Text.repeat" host;
    /// `fn is_letter(text: Text) -> Bool`: not empty, and every scalar value has the property Alphabetic.
    TextIsLetter = "Text.is_letter" host;
    /// `fn reverse(text: Text) -> Text`: by scalar values.
    TextReverse = "Text.reverse" host;

    /// `fn len(bytes: Bytes) -> Int`
    BytesLen = "Bytes.len" guest;
    /// `fn get(bytes: Bytes, index: Int) -> Int?`
    BytesGet = "Bytes.get" guest;
    /// `fn at(bytes: Bytes, index: Int) -> Int`: what `bytes[i]` is.
    BytesAt = "Bytes.at" guest;
    /// `fn slice(bytes: Bytes, start: Int, end: Int) -> Bytes`: clamped; a negative index counts from the end.
    BytesSlice = "Bytes.slice" guest;
    /// `fn text(bytes: Bytes, start: Int, end: Int) -> Text`: decodes a range that must lie inside; invalid UTF-8 is a conversion fault.
    BytesText = "Bytes.text" guest;
    /// `fn to_text(bytes: Bytes) -> Text?`: `None` for invalid UTF-8.
    BytesToText = "Bytes.to_text" guest;
    /// `fn from(items: List<Int>) -> Bytes`; items outside of 0..=255 are an argument fault.
    BytesFrom = "Bytes.from" guest;
    /// `fn concat(a: Bytes, b: Bytes) -> Bytes`
    BytesConcat = "Bytes.concat" guest;

    /// `fn wrapping_add(a: Int, b: Int) -> Int`
    IntWrappingAdd = "Int.wrapping_add" guest;
    /// `fn wrapping_sub(a: Int, b: Int) -> Int`
    IntWrappingSub = "Int.wrapping_sub" guest;
    /// `fn wrapping_mul(a: Int, b: Int) -> Int`
    IntWrappingMul = "Int.wrapping_mul" guest;
    /// `fn bit_and(a: Int, b: Int) -> Int`
    IntBitAnd = "Int.bit_and" guest;
    /// `fn bit_or(a: Int, b: Int) -> Int`
    IntBitOr = "Int.bit_or" guest;
    /// `fn bit_xor(a: Int, b: Int) -> Int`
    IntBitXor = "Int.bit_xor" guest;
    /// `fn shift_left(a: Int, bits: Int) -> Int`; bits outside of 0..64 are an argument fault.
    IntShiftLeft = "Int.shift_left" guest;
    /// `fn shift_right(a: Int, bits: Int) -> Int`: keeps the sign; bits outside of 0..64 are an argument fault.
    IntShiftRight = "Int.shift_right" guest;
    /// `fn to_float(a: Int) -> Float`
    IntToFloat = "Int.to_float" guest;
    /// `fn parse(text: Text) -> Int?`: decimal digits with an optional sign, nothing else.
    IntParse = "Int.parse" host;

    /// `fn parse(text: Text) -> Float?`
    FloatParse = "Float.parse" host;
    /// `fn to_int(a: Float) -> Int`: towards zero; a conversion fault when it does not fit.
    FloatToInt = "Float.to_int" guest;
    /// `fn floor(a: Float) -> Float`
    FloatFloor = "Float.floor" guest;
    /// `fn ceil(a: Float) -> Float`
    FloatCeil = "Float.ceil" guest;
    /// `fn round_whole(a: Float) -> Float`: halves away from zero.
    FloatRoundWhole = "Float.round_whole" guest;
    /// `fn abs(a: Float) -> Float`
    FloatAbs = "Float.abs" guest;
    /// `fn sqrt(a: Float) -> Float`
    FloatSqrt = "Float.sqrt" guest;
    /// `fn to_fixed(a: Float, digits: Int) -> Text`: 0 to 100 digits behind the point.
    FloatToFixed = "Float.to_fixed" host;
    /// `fn sin(a: Float) -> Float`
    MathSin = "Math.sin" host;
    /// `fn cos(a: Float) -> Float`
    MathCos = "Math.cos" host;
    /// `fn tan(a: Float) -> Float`
    MathTan = "Math.tan" host;
    /// `fn atan2(y: Float, x: Float) -> Float`
    MathAtan2 = "Math.atan2" host;
    /// `fn exp(a: Float) -> Float`
    MathExp = "Math.exp" host;
    /// `fn ln(a: Float) -> Float`
    MathLn = "Math.ln" host;
    /// `fn log10(a: Float) -> Float`
    MathLog10 = "Math.log10" host;
    /// `fn log2(a: Float) -> Float`
    MathLog2 = "Math.log2" host;
    /// `fn pow(a: Float, b: Float) -> Float`
    MathPow = "Math.pow" host;

    /// `fn add(a: Decimal, b: Decimal) -> Decimal`: `a + b`.
    DecimalAdd = "Decimal.add" host;
    /// `fn subtract(a: Decimal, b: Decimal) -> Decimal`: `a - b`.
    DecimalSubtract = "Decimal.subtract" host;
    /// `fn multiply(a: Decimal, b: Decimal) -> Decimal`: `a * b`.
    DecimalMultiply = "Decimal.multiply" host;
    /// `fn divide(a: Decimal, b: Decimal) -> Decimal`: `a / b`.
    DecimalDivide = "Decimal.divide" host;
    /// `fn remainder(a: Decimal, b: Decimal) -> Decimal`: `a % b`.
    DecimalRemainder = "Decimal.remainder" host;
    /// `fn negate(number: Decimal) -> Decimal`: `-a`.
    DecimalNegate = "Decimal.negate" host;
    /// `fn compare(a: Decimal, b: Decimal) -> Int`: -1, 0 or 1; what `a < b` asks.
    DecimalCompare = "Decimal.compare" host;
    /// `fn parse(text: Text) -> Decimal?`: what a decimal holds exactly.
    DecimalParse = "Decimal.parse" host;
    /// `fn of(number: Int) -> Decimal`
    DecimalOf = "Decimal.of" host;
    /// `fn round(number: Decimal, digits: Int) -> Decimal`: half to even; 0 to 28 digits behind the point.
    DecimalRound = "Decimal.round" host;
    /// `fn floor(number: Decimal) -> Decimal`
    DecimalFloor = "Decimal.floor" host;
    /// `fn ceil(number: Decimal) -> Decimal`
    DecimalCeil = "Decimal.ceil" host;
    /// `fn truncate(number: Decimal) -> Decimal`
    DecimalTruncate = "Decimal.truncate" host;
    /// `fn to_float(number: Decimal) -> Float`: the nearest one.
    DecimalToFloat = "Decimal.to_float" host;
    /// `fn to_int(number: Decimal) -> Int`: towards zero; a conversion fault when it does not fit.
    DecimalToInt = "Decimal.to_int" host;
    /// `fn to_fixed(number: Decimal, digits: Int) -> Text`: half to even; 0 to 28 digits behind the point.
    DecimalToFixed = "Decimal.to_fixed" host;

    /// `fn from_nanos(nanos: Int) -> Duration`
    DurationFromNanos = "Duration.from_nanos" guest;
    /// `fn to_nanos(duration: Duration) -> Int`
    DurationToNanos = "Duration.to_nanos" guest;

    /// `fn from_nanos(nanos: Int) -> Time`
    TimeFromNanos = "Time.from_nanos" guest;
    /// `fn to_nanos(time: Time) -> Int`
    TimeToNanos = "Time.to_nanos" guest;
    /// `fn parse(text: Text) -> Time?`: RFC 3339.
    TimeParse = "Time.parse" host;
    /// `fn date(time: Time, zone: Text) -> Date`
    TimeDate = "Time.date" host;
    /// `fn nanos_of_day(time: Time, zone: Text) -> Int`: what the clocks of the zone show.
    TimeNanosOfDay = "Time.nanos_of_day" host;
    /// `fn format(time: Time, pattern: Text, zone: Text) -> Text`
    TimeFormat = "Time.format" host;

    /// `fn from_days(days: Int) -> Date`; outside of the years -9999 to 9999 an overflow.
    DateFromDays = "Date.from_days" host;
    /// `fn to_days(date: Date) -> Int`
    DateToDays = "Date.to_days" guest;
    /// `fn parse(text: Text) -> Date?`: ISO 8601.
    DateParse = "Date.parse" host;
    /// `fn of(year: Int, month: Int, day: Int) -> Date?`
    DateOf = "Date.of" host;
    /// `fn year(date: Date) -> Int`
    DateYear = "Date.year" host;
    /// `fn month(date: Date) -> Int`
    DateMonth = "Date.month" host;
    /// `fn day(date: Date) -> Int`
    DateDay = "Date.day" host;
    /// `fn week(date: Date) -> Int`: by ISO 8601.
    DateWeek = "Date.week" host;
    /// `fn iso_week_year(date: Date) -> Int`
    DateIsoWeekYear = "Date.iso_week_year" host;
    /// `fn add_months(date: Date, months: Int) -> Date`: the end of the month clamps.
    DateAddMonths = "Date.add_months" host;
    /// `fn at(date: Date, hour: Int, minute: Int, zone: Text) -> Time`
    DateAt = "Date.at" host;
    /// `fn format(date: Date, pattern: Text) -> Text`
    DateFormat = "Date.format" host;

    /// `fn len<T>(list: List<T>) -> Int`
    ListLen = "List.len" guest;
    /// `fn get<T>(list: List<T>, index: Int) -> T?`
    ListGet = "List.get" guest;
    /// `fn push<T>(list: List<T>, item: T) -> List<T>`
    ListPush = "List.push" guest;
    /// `fn slice<T>(list: List<T>, start: Int, end: Int) -> List<T>`: clamped; a negative index counts from the end.
    ListSlice = "List.slice" guest;
    /// `fn reverse<T>(list: List<T>) -> List<T>`
    ListReverse = "List.reverse" guest;
    /// `fn sort<T: data>(list: List<T>) -> List<T>`: stable, in the order of `compare`.
    ListSort = "List.sort" guest;
    /// `fn repeat<T>(item: T, times: Int) -> List<T>`; a negative number is an argument fault.
    ListRepeat = "List.repeat" guest;
    /// `fn compare<T: data>(a: T, b: T) -> Int`: -1, 0 or 1; see the order of values in `spec/types.md`.
    Compare = "List.compare" guest;

    /// `fn len<K: key, V>(map: Map<K, V>) -> Int`
    MapLen = "Map.len" guest;
    /// `fn has<K: key, V>(map: Map<K, V>, key: K) -> Bool`
    MapHas = "Map.has" guest;
    /// `fn get<K: key, V>(map: Map<K, V>, key: K) -> V?`
    MapGet = "Map.get" guest;
    /// `fn insert<K: key, V>(map: Map<K, V>, key: K, value: V) -> Map<K, V>`
    MapInsert = "Map.insert" guest;
    /// `fn remove<K: key, V>(map: Map<K, V>, key: K) -> Map<K, V>`
    MapRemove = "Map.remove" guest;
    /// `fn keys<K: key, V>(map: Map<K, V>) -> List<K>`: in order.
    MapKeys = "Map.keys" guest;
    /// `fn values<K: key, V>(map: Map<K, V>) -> List<V>`: in the order of the keys.
    MapValues = "Map.values" guest;
    /// `fn entries<K: key, V>(map: Map<K, V>) -> List<(K, V)>`: in the order of the keys.
    MapEntries = "Map.entries" guest;

    /// `fn len<T: key>(set: Set<T>) -> Int`
    SetLen = "Set.len" guest;
    /// `fn has<T: key>(set: Set<T>, item: T) -> Bool`
    SetHas = "Set.has" guest;
    /// `fn insert<T: key>(set: Set<T>, item: T) -> Set<T>`
    SetInsert = "Set.insert" guest;
    /// `fn remove<T: key>(set: Set<T>, item: T) -> Set<T>`
    SetRemove = "Set.remove" guest;
    /// `fn to_list<T: key>(set: Set<T>) -> List<T>`: in order.
    SetToList = "Set.to_list" guest;

    /// `fn decode<T: data>(text: Text, strict: Bool) -> Result<T, List<Problem>>`
    JsonDecode = "Json.decode" typed;
    /// `fn encode<T: data>(value: T, pretty: Bool) -> Text`
    JsonEncode = "Json.encode" typed;
    /// `fn rows(text: Text, separator: Text) -> List<List<Text>>`; a separator that is not one ASCII character is an argument fault.
    CsvRows = "Csv.rows" typed;
    /// `fn parse<T: data>(text: Text, separator: Text) -> Result<List<T>, List<Problem>>`: the first row names the fields.
    CsvParse = "Csv.parse" typed;
    /// `fn write<T: data>(rows: T, separator: Text) -> Text`: of `List<List<Text>>`, or of a list of records, with their names in front.
    CsvWrite = "Csv.write" typed;
    /// `fn matches(text: Text, pattern: Text) -> Bool`; a text that is no pattern is an argument fault, here and below.
    RegexMatches = "Regex.matches" typed;
    /// `fn find(text: Text, pattern: Text) -> Text?`
    RegexFind = "Regex.find" typed;
    /// `fn find_all(text: Text, pattern: Text) -> List<Text>`
    RegexFindAll = "Regex.find_all" typed;
    /// `fn captures(text: Text, pattern: Text) -> Map<Text, Text>?`
    RegexCaptures = "Regex.captures" typed;
    /// `fn captures_all(text: Text, pattern: Text) -> List<Map<Text, Text>>`
    RegexCapturesAll = "Regex.captures_all" typed;
    /// `fn replace(text: Text, pattern: Text, replacement: Text) -> Text`
    RegexReplace = "Regex.replace" typed;
    /// `fn split(text: Text, pattern: Text) -> List<Text>`
    RegexSplit = "Regex.split" typed;
    /// `fn escape(text: Text) -> Text`
    RegexEscape = "Regex.escape" typed;
    /// `fn encode(text: Text) -> Text`: all but letters, digits and `-._~` as `%` and hexadecimal digits.
    UrlEncode = "Url.encode" typed;
    /// `fn decode(text: Text) -> Text?`
    UrlDecode = "Url.decode" typed;
    /// `fn parse(text: Text) -> Url?`
    UrlParse = "Url.parse" typed;
    /// `fn sha256<T: data>(content: T) -> Text`: hexadecimal, of a text's or bytes' bytes, or of the JSON of other data; so all below.
    HashSha256 = "Hash.sha256" typed;
    /// `fn sha512<T: data>(content: T) -> Text`
    HashSha512 = "Hash.sha512" typed;
    /// `fn md5<T: data>(content: T) -> Text`
    HashMd5 = "Hash.md5" typed;
    /// `fn blake3<T: data>(content: T) -> Text`
    HashBlake3 = "Hash.blake3" typed;
    /// `fn crc32<T: data>(content: T) -> Text`
    HashCrc32 = "Hash.crc32" typed;
    /// `fn hmac_sha256<K: data, T: data>(key: K, content: T) -> Text`
    HashHmacSha256 = "Hash.hmac_sha256" typed;
    /// `fn to_base64(bytes: Bytes) -> Text`
    BytesToBase64 = "Bytes.to_base64" typed;
    /// `fn from_base64(text: Text) -> Bytes?`
    BytesFromBase64 = "Bytes.from_base64" typed;
}
