DROP FUNCTION forget_old_mail();
DROP FUNCTION kept_mail(uuid, int);
DROP FUNCTION retry_mail(uuid);
DROP FUNCTION sent_mail(text, text, timestamptz, uuid, int);
DROP FUNCTION is_platform();
DROP FUNCTION mail_sender(uuid);
DROP TABLE mails;
