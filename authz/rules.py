"""The stable ids of the rules by which this room refuses, with their texts in both languages.

A refusal carries the id; the texts here are what documentation and desk say about it. Other rooms
keep a table of the same shape, ``RULES: Mapping[str, Rule]``.
"""

from collections.abc import Mapping

from authz.absence.rules_of_absence import ABSENCE_RULES
from authz.rule import Rule

# The reasons of a decision stand in the order in which they are looked for: the first one is named.
RULES: Mapping[str, Rule] = {
    "post.missing": Rule(
        "所任岗位均无权办理此环节", "None of the posts you hold may do this step."
    ),
    "section.foreign": Rule(
        "该业务不属于本科室", "The business belongs to another section of the office."
    ),
    "agency.foreign": Rule("该业务属于其他经办机构", "The step belongs to another agency."),
    "grant.missing": Rule(
        "限时业务的经办须有登记的授权", "Handling limited business takes a registered grant."
    ),
    "grant.expired": Rule("授权已到期", "The grant has expired."),
    "grant.revoked": Rule("授权已撤销", "The grant was revoked."),
    "grant.amount": Rule("金额超出授权额度", "The amount is above what the grant covers."),
    "absence.leave": Rule("本人当日请假", "You are on leave today: your deputy acts."),
    "absence.pause": Rule(
        "本人暂离已超时，请先登记返岗", "You left your desk for too long: say that you are back."
    ),
    "duties.already_signed": Rule(
        "同一人不得在同一业务件的两个环节签批", "Nobody signs two different steps of one case."
    ),
    "duties.own_case": Rule("不得办理本人的业务", "Nobody acts on a case of his own."),
    "duties.relatives_case": Rule(
        "不得办理本人申报的亲属的业务", "Nobody acts on a case of a relative whom he declared."
    ),
    "route.not_for_post": Rule(
        "该审批路径不经过此岗位", "This level and route are not signed by your post at this step."
    ),
    "stand_in.to_self": Rule(
        "不得登记本人为代办人或被代办人", "Nobody registers a stand-in that he is a party to."
    ),
    "stand_in.invalid": Rule(
        "代办登记内容不完整或有误", "The stand-in's entry is incomplete or wrong."
    ),
    "stand_in.staff": Rule("工号不属于本机构", "Nobody of your office has this number."),
    "stand_in.same_person": Rule("代办人与被代办人为同一人", "Both are the same natural person."),
    "stand_in.post": Rule(
        "被代办人本人未任此岗位，代办不得转代",
        "The absent colleague does not hold this post himself: a stand-in is never passed on.",
    ),
    "stand_in.dates": Rule("代办起止日期有误", "The dates of the stand-in don't fit."),
    "stand_in.not_found": Rule(
        "没有此项代办登记，或无权查看", "There is no such stand-in, or not yours to see."
    ),
    "stand_in.already_ended": Rule("此项代办已结束", "The stand-in is over already."),
    "qualification.missing": Rule(
        "未取得该岗位所需的培训或资格", "You lack a training or certificate that your post takes."
    ),
    "qualification.expired": Rule(
        "该岗位所需的培训或资格已过期",
        "A training or certificate that your post takes has expired.",
    ),
    "qualification.invalid": Rule(
        "培训与资格登记内容不完整或有误", "The entry of a qualification is incomplete or wrong."
    ),
    "qualification.staff": Rule("工号不属于本机构", "Nobody of your office has this number."),
    "qualification.subject": Rule(
        "培训科目或资格名称有误", "There is no such subject, or the certificate has no name."
    ),
    "qualification.post": Rule("没有此岗位", "There is no such post."),
    "qualification.dates": Rule("日期有误", "The dates don't fit."),
    "qualification.to_self": Rule(
        "不得登记或更正本人的培训与资格", "Nobody enters or strikes out a qualification of his own."
    ),
    "qualification.not_found": Rule(
        "没有此项登记，或无权查看", "There is no such entry, or it is not yours to see."
    ),
    "qualification.already_void": Rule("此项登记已作废", "The entry was struck out already."),
    "staff.certificate": Rule(
        "未持有该岗位所需的有效资格证书", "He holds no valid certificate that this post takes."
    ),
    "grant.training_overdue": Rule(
        "本人的定期培训已逾期，暂停新增个人授权",
        "His training is overdue: new grants to his person are suspended.",
    ),
    "relative.invalid": Rule("亲属申报内容有误", "The declaration of a relative is wrong."),
    "relative.self": Rule("不能申报本人", "Nobody is his own relative: those are own cases."),
    "relative.dates": Rule("起止日期有误", "The dates of the declaration don't fit."),
    "relative.known": Rule("该亲属已申报", "You declared this relative already."),
    "relative.not_found": Rule(
        "没有此项申报，或无权查看", "There is no such declaration, or it is not yours."
    ),
    "relative.already_ended": Rule("此项申报已终止", "The declaration is over already."),
    "staff.invalid": Rule("人员登记内容不完整或有误", "The entry is incomplete or wrong."),
    "staff.number_taken": Rule("工号已被使用", "Somebody has this staff number."),
    "staff.section": Rule(
        "科室不存在，或账号未登记科室", "The agency has no such section, or the account names none."
    ),
    "staff.post": Rule("该机构不设此岗位", "This agency has no such post."),
    "staff.dates": Rule("任职起止日期有误", "The dates of the appointment don't fit."),
    "staff.to_self": Rule(
        "不得为本人开立、停用账号或任免岗位", "Nobody opens, closes, appoints or dismisses himself."
    ),
    "staff.from_above": Rule(
        "主管、系统管理、财务、稽核内控岗位由上级机构任免",
        "Supervisors, administrators, finance and control are appointed by the office above.",
    ),
    "staff.appointment_not_found": Rule(
        "没有此项任职，或无权查看", "There is no such appointment, or not yours to see."
    ),
    "staff.already_dismissed": Rule("此项任职已终止", "The appointment is over already."),
    "session.locked": Rule(
        "登录失败次数过多", "Too many failed sign-ins: wait a quarter of an hour."
    ),
    "session.not_found": Rule(
        "没有此登录，或已结束", "There is no such session of yours, or it has ended."
    ),
    "posts.incompatible": Rule(
        "业务、财务、稽核内控岗位及系统、安全、审计管理员（三员）不得由同一人兼任",
        "One person never holds posts of two families: business, finance, control, each administrator.",
    ),
    "grant.why_personal": Rule(
        "个人授权须登记理由", "A grant to one person needs a registered reason."
    ),
    "grant.to_self": Rule(
        "不得参与为本人的授权（申请、复核、审批）", "Nobody takes part in a grant to himself."
    ),
    "grant.invalid": Rule("授权登记内容不完整或有误", "The grant's entry is incomplete or wrong."),
    "grant.holder": Rule(
        "授权对象须为岗位或工号之一", "A grant goes to one post or to one member of staff."
    ),
    "grant.scope": Rule(
        "授权范围须为一个事项或一个类别", "A grant covers one process or one class of business."
    ),
    "grant.act": Rule("此环节不得另行授权", "This act is not given by grant."),
    "grant.instant": Rule(
        "即时业务权限随岗位统一授予，只对限时业务授权",
        "Instant business comes with the post: only limited business is granted.",
    ),
    "grant.dates": Rule("授权起止日期有误", "The dates of the grant don't fit."),
    "grant.staff": Rule("工号不属于该经办机构", "The agency has no such member of staff."),
    "grant.section": Rule("该经办机构没有此科室", "The agency has no such section."),
    "grant.reason": Rule("撤销须说明理由", "A revocation says why."),
    "grant.not_found": Rule(
        "没有此项授权，或无权查看", "There is no such grant, or not yours to see."
    ),
    "grant.already_revoked": Rule("授权已撤销过", "The grant is revoked already."),
    "agency.not_found": Rule(
        "没有此经办机构，或无权查看", "There is no such agency, or not yours to see."
    ),
    "account.posts_ended": Rule("所任岗位均已终止", "All posts of the account have ended."),
    "account.inactive": Rule("账号已停用", "The account is closed."),
    "account.not_found": Rule("没有此账号", "There is no such account."),
    "factor.demand_same": Rule(
        "已是如此，未作更改", "That is how it is already: nothing was changed."
    ),
    "factor.key_known": Rule(
        "该安全密钥已有人登记或曾经登记过：请换一个",
        "This security key is somebody's already, or was: use another.",
    ),
    "factor.not_begun": Rule(
        "尚未开始登记，或已超过十五分钟：请重新开始",
        "Nothing was begun, or more than a quarter of an hour ago: begin anew.",
    ),
    "factor.not_found": Rule(
        "您没有此项第二验证方式，或已停用",
        "There is no such second factor of yours, or it has ended.",
    ),
    "factor.post": Rule("没有此岗位", "There is no such post."),
    "factor.proof_wrong": Rule(
        "验证码或安全密钥的应答不正确，未作更改",
        "This is not what the new factor shows now: nothing was changed.",
    ),
    "factor.too_many": Rule(
        "第二验证方式最多八项：请先停用一项",
        "Eight second factors are enough: remove one before.",
    ),
    "password.guessed": Rule(
        "该密码属于常见密码，或由本单位、本人名称组成：请另选",
        "This password is among the first that anybody tries: choose one that is on no list.",
    ),
    "password.length": Rule("密码长度为 8 至 128 个字符", "A password has 8 to 128 characters."),
    "reset.not_found": Rule(
        "没有此项密码重置申请，或无权查看",
        "There is no such application for a new password, or not yours to see.",
    ),
    "reset.not_waiting": Rule(
        "该申请已确认或已结束", "The application is confirmed or ended already."
    ),
    "reset.same_person": Rule(
        "申请人不得确认自己的申请", "Whoever applied for a new password doesn't confirm it."
    ),
    "reset.to_self": Rule(
        "不得参与本人的密码重置或第二验证方式停用",
        "Nobody takes part in a new password, or a lost factor, of his own.",
    ),
    "reset.wrong_code": Rule(
        "工号或重置码不正确，或重置码已失效",
        "Staff number or code is wrong, or the code no longer counts.",
    ),
    "identity.bound": Rule(
        "该统一认证身份已绑定其他账号：请先结束原绑定",
        "This outside identity is bound to an account already: end that first.",
    ),
    "identity.not_found": Rule(
        "没有此项统一认证身份、已结束，或无权查看",
        "There is no such outside identity, it has ended, or it is not yours to see.",
    ),
    "identity.to_self": Rule(
        "不得为本人账号登记统一认证身份：由其他管理员登记",
        "Nobody binds an outside identity to an account of his own: another administrator does.",
    ),
    "key.certificate_expired": Rule(
        "该密钥的证书不在有效期内：请更新证书后重新登记",
        "The certificate of this key is not valid now: have it renewed, and enrol the new one.",
    ),
    "key.certificate_holder": Rule(
        "证书持有人与本人不符：证书主体须为本人姓名或工号",
        "This certificate names another holder: its subject bears your name, or your staff number.",
    ),
    "key.certificate_malformed": Rule(
        "不是有效的证书：请提供 PEM 格式，本人证书在前，其后为上级证书",
        "This is no certificate: give it as PEM, your own first, then those between it and the authority.",
    ),
    "key.certificate_revoked": Rule(
        "该密钥的证书已被颁发机构吊销", "The certificate of this key was revoked by its authority."
    ),
    "key.certificate_untrusted": Rule(
        "证书不是本单位信任的认证机构颁发的",
        "No authority that this office trusts issued this certificate.",
    ),
    "key.certificate_usage": Rule(
        "该证书的用途不是签名", "This certificate is not one to sign with."
    ),
    "key.crl_outdated": Rule(
        "本单位保存的证书吊销列表已过期：请系统管理员更新",
        "The authority's list of revoked certificates is out of date here: the administrator renews it.",
    ),
    "key.enrolment_ended": Rule(
        "该密钥登记申请已结束（已确认、已被替换或已超过一天）：请重新申请",
        "This enrolment is over: confirmed, replaced, or older than a day. Apply anew.",
    ),
    "key.enrolment_not_found": Rule(
        "没有此项密钥登记申请，或无权查看",
        "There is no such enrolment of a key, or it is not yours to see.",
    ),
    "key.known": Rule(
        "该密钥已登记过：一把密钥只为一人登记一次",
        "This key was enrolled before: a key signs for one person, once.",
    ),
    "key.not_proved": Rule(
        "持有人尚未证明持有该密钥：须先对验证数据签名",
        "The holder has not proved yet that he has this key: he signs the challenge first.",
    ),
    "key.proof_wrong": Rule(
        "不是该密钥对验证数据的签名", "This is not the signature of this key over the challenge."
    ),
    "key.to_self": Rule(
        "不得确认本人的密钥：须由另一管理员确认",
        "Nobody confirms a key of his own: another administrator does.",
    ),
    "key.unsupported": Rule(
        "签名密钥须为 Ed25519 或 SM2：请提供 PEM 格式的公钥或证书",
        "Keys that sign here are Ed25519 or SM2: give the public key or the certificate as PEM.",
    ),
    "signing.prepare_first": Rule(
        "您的签名密钥由本人保管：请先生成待签数据，签名后再提交",
        "Your signing key is held elsewhere: prepare the signature first, have it made, then send it.",
    ),
    **ABSENCE_RULES,
}
