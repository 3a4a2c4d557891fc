# ruff: noqa: RUF001 - the marks of Chinese are wide
"""The words of mails: a table of templates and languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from medley.domain.accounts import Language
from medley.limits import EXPORT_DAYS, MAIL_LINK_S

EN, ID, ZH = Language.ENGLISH, Language.INDONESIAN, Language.CHINESE
_MINUTES: Final = MAIL_LINK_S // 60


@dataclass(frozen=True)
class Words:
    """What a mail says; without a `button` it has no link."""

    language: Language
    subject: str
    paragraphs: tuple[str, ...]
    button: str = ""

    def hello(self, name: str) -> str:
        """How it begins."""
        named, unnamed = _HELLO[self.language]
        return named + name + ("，" if self.language is ZH else ",") if name else unnamed


_HELLO: Final[Mapping[Language, tuple[str, str]]] = {
    EN: ("Hello ", "Hello,"),
    ID: ("Halo ", "Halo,"),
    ZH: ("您好 ", "您好，"),
}
BECAUSE: Final[Mapping[Language, str]] = {
    EN: "Medley sent this to {email}, because somebody asked for it there or it concerns the account of this address.",
    ID: "Medley mengirim ini ke {email}, karena diminta di sana atau menyangkut akun dengan alamat ini.",
    ZH: "Medley 将此邮件发送至 {email}，因为有人在 Medley 提出了请求，或者邮件与此地址的账户有关。",
}
_ONCE: Final[Mapping[Language, str]] = {
    EN: f"The link works once, for {_MINUTES} minutes. If it was not you, do nothing: nothing has changed.",
    ID: f"Tautan ini berlaku sekali, selama {_MINUTES} menit. Jika bukan Anda, abaikan saja: tidak ada yang berubah.",
    ZH: f"此链接只能使用一次，{_MINUTES} 分钟内有效。如果不是您本人操作，请忽略：一切保持不变。",
}
_NOT_YOU: Final[Mapping[Language, str]] = {
    EN: "If it was not you, reset your password at once: {site}/reset-password",
    ID: "Jika bukan Anda, segera atur ulang kata sandi: {site}/reset-password",
    ZH: "如果不是您本人操作，请立即重设密码：{site}/reset-password",
}

_TABLE: Final[Mapping[str, tuple[Words, ...]]] = {
    "sign_up": (
        Words(EN, "Finish signing up to Medley", ("You are almost there.", _ONCE[EN]), "Choose a password"),
        Words(ID, "Selesaikan pendaftaran Medley", ("Tinggal satu langkah lagi.", _ONCE[ID]), "Pilih kata sandi"),
        Words(ZH, "完成 Medley 注册", ("只差一步。", _ONCE[ZH]), "设置密码"),
    ),
    "have_account": (
        Words(
            EN,
            "You have a Medley account already",
            (
                "Somebody gave this address to Medley for an account, but there is one already.",
                "To use it, sign in: {site}/sign-in",
                "If you forgot the password: {site}/reset-password",
            ),
        ),
        Words(
            ID,
            "Anda sudah punya akun Medley",
            (
                "Seseorang memberikan alamat ini kepada Medley untuk sebuah akun, tetapi akunnya sudah ada.",
                "Untuk memakainya, masuk: {site}/sign-in",
                "Jika lupa kata sandi: {site}/reset-password",
            ),
        ),
        Words(
            ZH,
            "您已有 Medley 账户",
            (
                "有人用此地址在 Medley 申请账户，但该账户已存在。",
                "如需使用，请登录：{site}/sign-in",
                "如果忘记了密码：{site}/reset-password",
            ),
        ),
    ),
    "reset": (
        Words(EN, "Reset your Medley password", ("Choose a new password.", _ONCE[EN]), "Reset the password"),
        Words(ID, "Atur ulang kata sandi Medley", ("Pilih kata sandi baru.", _ONCE[ID]), "Atur ulang kata sandi"),
        Words(ZH, "重设您的 Medley 密码", ("请设置新密码。", _ONCE[ZH]), "重设密码"),
    ),
    "change_email": (
        Words(EN, "Confirm your new address", ("Your Medley account is to use {email}.", _ONCE[EN]), "Confirm"),
        Words(ID, "Konfirmasi alamat baru Anda", ("Akun Medley Anda akan memakai {email}.", _ONCE[ID]), "Konfirmasi"),
        Words(ZH, "确认您的新地址", ("您的 Medley 账户将使用 {email}。", _ONCE[ZH]), "确认"),
    ),
    "password_changed": (
        Words(
            EN,
            "Your Medley password was changed",
            ("The password was changed. You are signed out everywhere else.", _NOT_YOU[EN]),
        ),
        Words(
            ID,
            "Kata sandi Medley Anda diubah",
            ("Kata sandi telah diubah. Anda dikeluarkan dari semua perangkat lain.", _NOT_YOU[ID]),
        ),
        Words(ZH, "您的 Medley 密码已更改", ("密码已更改。您已在其他所有设备上退出登录。", _NOT_YOU[ZH])),
    ),
    "email_changed": (
        Words(
            EN,
            "The address of your Medley account was changed",
            ("Your account uses another address from now on. If it was not you, write to us.",),
        ),
        Words(
            ID,
            "Alamat akun Medley Anda diubah",
            ("Akun Anda kini memakai alamat lain. Jika bukan Anda, hubungi kami.",),
        ),
        Words(ZH, "您的 Medley 账户地址已更改", ("您的账户今后使用其他地址。如果不是您本人操作，请联系我们。",)),
    ),
    "account_deleted": (
        Words(
            EN,
            "Your Medley account was deleted",
            ("Your account is gone, and so are your clips and videos. Thank you for having been here.",),
        ),
        Words(
            ID,
            "Akun Medley Anda dihapus",
            ("Akun Anda sudah tidak ada, begitu pula klip dan video Anda. Terima kasih sudah bersama kami.",),
        ),
        Words(ZH, "您的 Medley 账户已删除", ("您的账户已删除，素材和视频也已删除。感谢您曾经的使用。",)),
    ),
    "export_ready": (
        Words(
            EN,
            "Your Medley data is ready",
            (f"What you asked for can be fetched from your account for {EXPORT_DAYS} days.",),
            "Open the account",
        ),
        Words(
            ID,
            "Data Medley Anda siap",
            (f"Data yang Anda minta dapat diunduh dari akun Anda selama {EXPORT_DAYS} hari.",),
            "Buka akun",
        ),
        Words(ZH, "您的 Medley 数据已准备好", (f"您请求的数据可在账户中下载，{EXPORT_DAYS} 天内有效。",), "打开账户"),
    ),
    "generation_ended": (
        Words(
            EN,
            "Your videos are ready to look at",
            ("An order in “{project}” has ended: {made} of {total} videos were made.",),
            "Show them",
        ),
        Words(
            ID,
            "Video Anda siap dilihat",
            ("Pesanan di “{project}” telah selesai: {made} dari {total} video dibuat.",),
            "Tampilkan",
        ),
        Words(ZH, "您的视频可以查看了", ("“{project}”中的订单已结束：共 {total} 个视频，完成 {made} 个。",), "查看"),
    ),
}


def words_of(template: str, language: Language) -> Words:
    """What a template says in a language. Raises: KeyError, for one there is not."""
    return next(words for words in _TABLE[template] if words.language is language)


def templates() -> tuple[str, ...]:
    """The names of all."""
    return tuple(_TABLE)
