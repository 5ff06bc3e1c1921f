//! Type parameters, bounds, options by instantiation.

use expect_test::expect;

use crate::check;

#[test]
fn bounds() {
    check(
        r#"
type Box<T> = { value: T }
type Handler = { run: fn(Int) -> Int }
type Keyed<K: key> = { key: K }
fn same<T>(a: T, b: T) -> Bool { a == b }
fn same_data<T: data>(a: T, b: T) -> Bool { a == b and "${a}" == "" }
fn use_them(h: Handler, b: Box<fn() -> Int>) -> Bool { same_data(h, h) and same_data(b, b) and h == h }
fn keys(m: Map<Float, Int>, s: Set<Handler>, k: Keyed<Float>) -> Map<Float, Int> { {} }
fn group(xs: List<Float>) -> Set<Float> { xs.to_set() }
fn generic<T: data>(xs: List<T>) -> Set<T> { xs.to_set() }
fn bad<T: ord>(x: T) {}
pub dot d(f: fn(Int) -> Int) -> Handler { fail "" }
pub dot g<T>(x: Int) {}
"#,
        expect![[r#"
            E0303 5:36 `T` is not data, and what is compared must be data: the type parameter `T` is not declared as `T: data` | Declare the type parameter as `T: data`.
            E0303 7:56 `same_data` needs data for `T`, and `Handler` is not: a function has no equality, order or encoding
            E0303 7:76 `same_data` needs data for `T`, and `Box<fn() -> Int>` is not: a function has no equality, order or encoding
            E0303 7:98 `Handler` is not data, and what is compared must be data: a function has no equality, order or encoding
            E0303 8:16 `Float` is not a key, and a key is needed here: a float is no key, since it may be equal to nothing | Use an `Int`, or the float as a text, for the key.
            E0303 8:32 `Handler` is not a key, and a key is needed here: a function has no equality, order or encoding
            E0303 8:49 `Keyed` needs a key for `K`, and `Float` is not: a float is no key, since it may be equal to nothing | Use an `Int`, or the float as a text, for the key.
            E0303 8:70 `Float` is not a key, and a key is needed here: a float is no key, since it may be equal to nothing | Use an `Int`, or the float as a text, for the key.
            E0303 9:30 `Float` is not a key, and a key is needed here: a float is no key, since it may be equal to nothing | Use an `Int`, or the float as a text, for the key.
            E0303 9:43 `List.to_set` needs a key for `T`, and `Float` is not: a float is no key, since it may be equal to nothing | Use an `Int`, or the float as a text, for the key.
            E0303 10:37 `T` is not a key, and a key is needed here: the type parameter `T` is not declared as `T: key` | Declare the type parameter as `T: key`.
            E0303 10:46 `List.to_set` needs a key for `T`, and `T` is not: the type parameter `T` is not declared as `T: key` | Declare the type parameter as `T: key`.
            E0303 11:11 `ord` is no bound of type parameters | The bounds are `data` (no functions inside) and `key` (data without floats).
            E0303 12:11 `fn(Int) -> Int` is not data, and what enters or leaves a dot must be data: a function has no equality, order or encoding
            E0303 12:33 `Handler` is not data, and what enters or leaves a dot must be data: a function has no equality, order or encoding
            E0515 13:11 the dot `g` can't have type parameters: its input and output are a contract | Name the types, or make it a `fn`.
        "#]],
    );
}

#[test]
fn options_of_options() {
    check(
        r#"
type Holder<T> = { value: T? }
fn a(xs: List<Int?>) -> Int { let x = xs.get(0); 1 }
fn b(x: Int??) {}
fn c(h: Holder<Int?>) {}
fn wrap<T>(x: T) -> Int { let y: T? = x; 1 }
fn d(x: Int?) -> Int { wrap(x) }
fn deeper<T>(x: T) -> Int { wrap(x) }
fn e(x: Int?) -> Int { deeper(x) }
fn g(m: Map<Text, Int?>) -> Bool { m.has("a") and m["a"] == None }
fn h(x: Int?) { let y = Some(x) }
"#,
        expect![[r#"
            E0307 3:39 `List.get` has a `T?`, and with `Int?` for `T` that would be an option of an option, which is no type | Ask with `i < xs.len()` and take the item with `xs[i]`.
            E0116 4:12 `T??` is not a type: a value that may be absent is absent in one way only | Write one `?`.
            E0307 5:9 `Holder` has a `T?`, and with `Int?` for `T` that would be an option of an option, which is no type | Use a union with a case for each for `T`.
            E0307 7:24 `wrap` has a `T?`, and with `Int?` for `T` that would be an option of an option, which is no type | Use a union with a case for each for `T`.
            E0307 9:24 `deeper` has a `T?`, and with `Int?` for `T` that would be an option of an option, which is no type | Use a union with a case for each for `T`.
            E0307 11:25 an option of an option is no type: `None` would say two things | Use one `?`, or a union with a case for each.
        "#]],
    );
}

#[test]
fn recursion_passes_parameters_unchanged() {
    check(
        r#"
type Nested<T> = { value: T, inner: Nested<List<T>>? }
type Tree<T> = { value: T, children: List<Tree<T>> }
fn grow<T>(x: T, n: Int) -> Int { if n == 0 { 0 } else { grow([x], n - 1) } }
fn swap<A, B>(a: A, b: B, n: Int) -> Int { if n == 0 { 0 } else { swap(b, a, n - 1) } }
fn depth<T>(t: Tree<T>) -> Int { 1 + ([depth(c) for c in t.children].max() ?? 0) }
"#,
        expect![[r#"
            E0322 2:37 `Nested` is used inside of itself with type arguments that grow, so there would be no end of types | Pass the type parameters on unchanged.
            E0322 4:58 `grow` is used inside of itself with type arguments that grow, so there would be no end of types | Pass the type parameters on unchanged.
        "#]],
    );
}

#[test]
fn types_have_values() {
    check(
        r#"
type A = { a: A }
type B = { b: C }
type C = { c: (Int, B) }
type D = { d: D? }
type E = | More(E) | Done
type F = | Only(F)
type G = G
type H = List<H>
type I<T> = (T, T)
type J = I<Int, Int>
"#,
        expect![[r#"
            E0321 2:6 no value of `A` can be made: each one needs another `A` inside | Let the recursion end: with `?`, a `List`, or a case without it.
            E0321 3:6 no value of `B` can be made: each one needs another `B` inside | Let the recursion end: with `?`, a `List`, or a case without it.
            E0321 4:6 no value of `C` can be made: each one needs another `C` inside | Let the recursion end: with `?`, a `List`, or a case without it.
            E0321 7:6 no value of `F` can be made: each one needs another `F` inside | Let the recursion end: with `?`, a `List`, or a case without it.
            E0320 8:10 this type stands for itself, so it stands for nothing | A type that holds itself is a record or union.
            E0320 9:15 this type stands for itself, so it stands for nothing | A type that holds itself is a record or union.
            E0302 11:10 `I` takes 1 type argument, and here are 2
        "#]],
    );
}

#[test]
fn type_arguments() {
    check(
        r#"
fn first<T>(xs: List<T>) -> T? { xs.get(0) }
fn f() -> Int? { first<Int>([]) }
fn g() -> Int? { first<Int, Int>([]) }
fn h(x: List) -> Map<Int> { {} }
fn i() -> Int { "a".len<Int>() }
"#,
        expect![[r#"
            E0302 4:18 `first` takes 1 type argument, and here are 2
            E0302 5:9 `List` takes 1 type argument, and here are 0
            E0302 5:18 `Map` takes 2 type arguments, and here are 1
            E0302 6:21 `len` takes no type arguments, and here are 1
        "#]],
    );
}
