"""Django's judges of new passwords, in the service's words."""

from django.contrib.auth import password_validation as judges


class LongEnough(judges.MinimumLengthValidator):
    def get_error_message(self):
        return f"Password must be {self.min_length} characters or more"


class NotCommon(judges.CommonPasswordValidator):
    def get_error_message(self):
        return "Choose a password that is harder to guess"


class NotOnlyNumbers(judges.NumericPasswordValidator):
    def get_error_message(self):
        return "Password must include something other than numbers"


class NotLikeThePerson(judges.UserAttributeSimilarityValidator):
    def get_error_message(self):
        return "Choose a password that is not like your name or email address"
